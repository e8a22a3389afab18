-- Records of most kinds, which pgbench does not make: bulk loads, every kind of index, updates that move
-- tuples, vacuum, large values, savepoints, two-phase commit, tables that come and go.
create table if not exists documents (
  id serial primary key,
  text text,
  body jsonb,
  place point,
  words tsvector
);
create index if not exists documents_words on documents using gin (words);
create index if not exists documents_place on documents using gist (place);
create index if not exists documents_quad on documents using spgist (place);
create index if not exists documents_range on documents using brin (id);
create index if not exists documents_hash on documents using hash (text);
create index if not exists documents_text on documents (text);

insert into documents (text, body, place, words)
select md5(random()::text), json_build_object('number', number, 'name', md5(number::text)),
  point(random(), random()), to_tsvector('simple', md5(number::text) || ' ' || (number % 100))
from generate_series(1, 8000) number;
update documents set body = body || '{"seen": true}' where id % 5 = 0 and id > (select max(id) - 20000 from documents);
update documents set text = text || 'x' where id % 7 = 0 and id > (select max(id) - 20000 from documents);
delete from documents where id % 3 = 0 and id < (select max(id) - 20000 from documents);
vacuum documents;

create table if not exists notes (id bigserial primary key, note text);
alter table notes alter column note set storage external;
insert into notes (note) select repeat(md5(number::text), 200) from generate_series(1, 500) number;
delete from notes where id < (select max(id) - 2000 from notes);

begin;
insert into notes (note) values ('kept');
savepoint a;
insert into notes (note) values ('not kept');
rollback to a;
savepoint b;
update notes set note = 'changed' where id % 1000 = 0;
commit;

begin;
insert into notes (note) values ('prepared');
prepare transaction 'benchmark';
commit prepared 'benchmark';

create table numbers as select number, md5(number::text) from generate_series(1, 10000) number;
create index on numbers (md5);
truncate numbers;
drop table numbers;
select pg_logical_emit_message(true, 'benchmark', repeat('x', 1000));
