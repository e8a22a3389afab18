/**
 * What the two old primaries of the article logged (csvlog of 9.4devel), when they were started as standbys of the
 * new primary: typed in by hand, with made-up times and process IDs.
 */
export const OLD_PRIMARY_LOGS = {
  first: [
    '2013-07-17 11:20:05.001 JST,,,4711,,51e6.1267,1,,2013-07-17 11:20:05 JST,,0,LOG,00000,"database system was interrupted; last known up at 2013-07-17 11:12:40 JST",,,,,,,,,""',
    '2013-07-17 11:20:05.002 JST,,,4711,,51e6.1267,2,,2013-07-17 11:20:05 JST,,0,LOG,00000,"entering standby mode",,,,,,,,,""',
    '2013-07-17 11:20:05.003 JST,,,4711,,51e6.1267,3,,2013-07-17 11:20:05 JST,,0,LOG,00000,"database system was not properly shut down; automatic recovery in progress",,,,,,,,,""',
    '2013-07-17 11:20:05.010 JST,,,4711,,51e6.1267,4,,2013-07-17 11:20:05 JST,1/0,0,LOG,00000,"redo starts at 0/36000090",,,,,,,,,""',
    '2013-07-17 11:20:12.400 JST,,,4711,,51e6.1267,5,,2013-07-17 11:20:05 JST,1/0,0,LOG,00000,"record with zero length at 0/52438570",,,,,,,,,""',
    '2013-07-17 11:20:12.401 JST,,,4711,,51e6.1267,6,,2013-07-17 11:20:05 JST,1/0,0,LOG,00000,"consistent recovery state reached at 0/52438570",,,,,,,,,""',
    '2013-07-17 11:20:12.450 JST,,,4720,,51e6.1270,1,,2013-07-17 11:20:12 JST,,0,FATAL,XX000,"could not start WAL streaming: ERROR:  requested starting point 0/52000000 on timeline 1 is not in this server\'s history',
    "DETAIL:  This server's history forked from timeline 1 at 0/45AD5F80.",
    '",,,,,,,,,""',
    '2013-07-17 11:20:12.455 JST,,,4711,,51e6.1267,7,,2013-07-17 11:20:05 JST,1/0,0,LOG,00000,"new timeline 2 forked off current database system timeline 1 before current recovery point 0/52438570",,,,,,,,,""',
    '',
  ].join('\n'),
  second: [
    '2013-07-19 15:03:02.120 JST,,,9120,,51e8.23a0,4,,2013-07-19 15:03:02 JST,1/0,0,LOG,00000,"redo starts at 0/74BAF018",,,,,,,,,""',
    '2013-07-19 15:03:15.413 JST,,,9120,,51e8.23a0,5,,2013-07-19 15:03:02 JST,1/0,0,LOG,00000,"record with zero length at 0/89217048",,,,,,,,,""',
    '2013-07-19 15:03:15.467 JST,,,9131,,51e8.23ab,1,,2013-07-19 15:03:15 JST,,0,FATAL,XX000,"could not start WAL streaming: ERROR:  requested starting point 0/89000000 on timeline 1 is not in this server\'s history',
    "DETAIL:  This server's history forked from timeline 1 at 0/82603A30.",
    '",,,,,,,,,""',
    '',
  ].join('\n'),
} as const;
