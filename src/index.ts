export { assessRecovery } from './audit/assess-recovery.js';
export type { AuditFinding, AuditFindingCode } from './audit/audit-finding.js';
export { auditWal } from './audit/audit-wal.js';
export type { AssessRecoveryOptions, RecoveryAnswer, RecoveryCode } from './audit/recovery-answer.js';
export type { RecoveryTarget } from './audit/recovery-target.js';
export type { ArchiverAudit, AuditOptions, TimelineAudit, WalAudit } from './audit/wal-audit.js';
export {
  type BackupHistory,
  type BackupLabel,
  parseBackupHistory,
  parseBackupLabel,
} from './backup/backup-label.js';
export {
  type BackupManifest,
  type ManifestFile,
  type ManifestWalRange,
  parseBackupManifest,
} from './backup/backup-manifest.js';
export { parseTablespaceMap, type TablespaceLocation } from './backup/tablespace-map.js';
export {
  parseWalSummary,
  parseWalSummaryName,
  type SummarizedRelation,
  type WalSummaryRange,
} from './backup/wal-summary.js';
export {
  CatalogNames,
  type NamedRelation,
  type NamesData,
  type NamesFinding,
  type NamesFindingCode,
  type RelationKind,
  type RelationName,
  type RelationState,
} from './catalog/catalog-names.js';
export { formatRelationName } from './catalog/name-text.js';
export { formatNames, parseNames } from './catalog/names-file.js';
export { type ReadCatalogNamesOptions, readCatalogNames } from './catalog/read-catalog-names.js';
export type { CheckPoint, ControlFile, DatabaseState, WalLevel } from './control/control-file.js';
export { type FormatControlFileOptions, formatControlFile } from './control/format-control-file.js';
export { readControlFile } from './control/read-control-file.js';
export { controlFileWarnings } from './control/warnings.js';
export {
  BackupFileError,
  ControlFileError,
  NamesError,
  PgWalError,
  type PgWalErrorCode,
  SourceError,
  TimelineHistoryError,
  WalError,
  WalPositionError,
} from './errors.js';
export type { ChangedRelation } from './evidence/changed-blocks.js';
export { type CompareEvidenceOptions, compareEvidence } from './evidence/compare-evidence.js';
export type {
  DifferingRecords,
  RecordSummary,
  WalComparison,
  WalDamage,
} from './evidence/comparison.js';
export type { ConfigurationSetting, NodeConfiguration } from './evidence/configuration.js';
export { findLostChanges } from './evidence/find-lost-changes.js';
export type {
  LostChanges,
  LostDatabase,
  LostPreparedTransaction,
  LostRecords,
  LostRelation,
  LostTransaction,
  LostTupleChanges,
} from './evidence/lost-changes.js';
export {
  type CheckpointEvidence,
  type Finding,
  type FindingCode,
  type NodeEvidence,
  noEvidence,
  type SegmentRange,
  type WalEvidence,
} from './evidence/node-evidence.js';
export { planRewind, type RewindPlan } from './evidence/plan-rewind.js';
export { type ReadEvidenceOptions, readEvidence } from './evidence/read-evidence.js';
export type { FileCopy, RewindFiles } from './evidence/rewind-files.js';
export {
  type PageLsn,
  type PageLsnScan,
  type ScanPageLsnsOptions,
  type ScanProgress,
  scanPageLsns,
} from './evidence/scan-page-lsns.js';
export { readServerLog, type ServerLogEvidence } from './evidence/server-log.js';
export type { ServerLogFact, ServerLogFactKind } from './evidence/server-log-facts.js';
export { assessFailback } from './failback/assess-failback.js';
export type { AssessFailbackOptions } from './failback/compose-verdict.js';
export type { ConfigurationNote, ConfigurationNoteCode } from './failback/configuration-notes.js';
export type { PredictedMessage } from './failback/predicted-log.js';
export { predictMessages } from './failback/predicted-messages.js';
export type { ReportedSetting, SettingsReport } from './failback/settings.js';
export {
  parseSynchronousCommit,
  parseSynchronousTransfer,
  type ReplicationSetUp,
  type SynchronousCommit,
  type SynchronousGuarantee,
  type SynchronousSettings,
  type SynchronousTransfer,
  synchronousGuarantee,
  type Waiting,
} from './failback/synchronous-transfer.js';
export type {
  Blocker,
  BlockerCode,
  NodeSummary,
  Reason,
  ReasonCode,
  Verdict,
  VerdictKind,
} from './failback/verdict.js';
export {
  formatLsn,
  isValidSegmentSize,
  type Lsn,
  parseLsn,
  segmentNumberOf,
  segmentOffsetOf,
  segmentStart,
} from './lsn.js';
export type {
  BrinCreateIndex,
  BrinDesummarize,
  BrinInsert,
  BrinRecord,
  BrinRevmapExtend,
  BrinSamepageUpdate,
  BrinUpdate,
} from './rmgr/brin.js';
export type {
  BtreeDedup,
  BtreeDedupInterval,
  BtreeDelete,
  BtreeDeletePage,
  BtreeInsert,
  BtreeMarkPageHalfdead,
  BtreeMetaCleanup,
  BtreeMetadata,
  BtreeNewroot,
  BtreeRecord,
  BtreeReusePage,
  BtreeSplit,
  BtreeUnlinkPage,
  BtreeUpdatedTuple,
  BtreeVacuum,
} from './rmgr/btree/btree-records.js';
export type { CommitLogRecord, CommitLogTruncate, CommitLogZeroPage } from './rmgr/commit-log.js';
export type {
  CommitTimestampRecord,
  CommitTimestampSet,
  CommitTimestampTruncate,
  CommitTimestampZeroPage,
} from './rmgr/commit-timestamp.js';
export type {
  DatabaseCreateFileCopy,
  DatabaseCreateWalLog,
  DatabaseDrop,
  DatabaseRecord,
} from './rmgr/database.js';
export type { DecodedRecord, OtherRecord } from './rmgr/decoded-record.js';
export { decodeRecord, describeRecord } from './rmgr/describe-record.js';
export type { RelationFile } from './rmgr/description-writer.js';
export type { GenericBlock, GenericRecord, GenericRegion } from './rmgr/generic.js';
export type {
  GinCreateIndex,
  GinCreatePostingTree,
  GinDeleteListPages,
  GinDeletePage,
  GinInsert,
  GinInsertListPage,
  GinMetaPageData,
  GinPageImage,
  GinPostingItem,
  GinRecord,
  GinSegmentAction,
  GinSplit,
  GinUpdateMetaPage,
  GinVacuumDataLeafPage,
  GinVacuumPage,
} from './rmgr/gin/gin-records.js';
export type {
  GistAssignLsn,
  GistCreateIndex,
  GistDelete,
  GistPage,
  GistPageDelete,
  GistPageReuse,
  GistPageSplit,
  GistPageUpdate,
  GistRecord,
} from './rmgr/gist/gist-records.js';
export type {
  HashAddOvflPage,
  HashDelete,
  HashInitBitmapPage,
  HashInitMetaPage,
  HashInsert,
  HashMovePageContents,
  HashRecord,
  HashSplitAllocatePage,
  HashSplitCleanup,
  HashSplitComplete,
  HashSplitPage,
  HashSqueezePage,
  HashUpdateMetaPage,
  HashVacuumOnePage,
} from './rmgr/hash/hash-records.js';
export type {
  HeapBlock,
  HeapConfirm,
  HeapDelete,
  HeapInplace,
  HeapInsert,
  HeapLock,
  HeapNewPage,
  HeapRecord,
  HeapTruncate,
  HeapUpdate,
} from './rmgr/heap/heap-records.js';
export type {
  FreezePlan,
  FreezeTuple,
  Heap2CleanupInfo,
  Heap2Freeze,
  Heap2FreezePage,
  Heap2LockUpdated,
  Heap2MultiInsert,
  Heap2NewCid,
  Heap2Prune,
  Heap2PruneFreeze,
  Heap2Record,
  Heap2Rewrite,
  Heap2Vacuum,
  Heap2Visible,
  HeapTupleId,
  ItemRedirection,
  PrunedItems,
} from './rmgr/heap2/heap2-records.js';
export type {
  CatalogInvalidation,
  CatcacheInvalidation,
  InvalidationMessage,
  RelationInvalidation,
  RelationMapInvalidation,
  StorageInvalidation,
  UnrecognizedInvalidation,
} from './rmgr/invalidation-messages.js';
export type { LogicalMessage, LogicalMessageRecord } from './rmgr/logical-message.js';
export type {
  MultiXactCreate,
  MultiXactMember,
  MultiXactRecord,
  MultiXactTruncate,
  MultiXactZeroPage,
} from './rmgr/multixact.js';
export type { RecordFields } from './rmgr/record-fields.js';
export type { RelationMapping, RelationMapRecord, RelationMapUpdate } from './rmgr/relation-map.js';
export type {
  ReplicationOriginDrop,
  ReplicationOriginRecord,
  ReplicationOriginSet,
} from './rmgr/replication-origin.js';
export type { SequenceLog, SequenceRecord } from './rmgr/sequence.js';
export type {
  SpgistAddLeaf,
  SpgistAddNode,
  SpgistCreateIndex,
  SpgistMoveLeafs,
  SpgistPickSplit,
  SpgistRecord,
  SpgistSplitTuple,
  SpgistState,
  SpgistVacuumLeaf,
  SpgistVacuumRedirect,
  SpgistVacuumRoot,
} from './rmgr/spgist/spgist-records.js';
export type {
  StandbyInvalidations,
  StandbyLock,
  StandbyLocks,
  StandbyRecord,
  StandbyRunningXacts,
} from './rmgr/standby.js';
export type { StorageCreate, StorageRecord, StorageTruncate } from './rmgr/storage.js';
export type { TablespaceCreate, TablespaceDrop, TablespaceRecord } from './rmgr/tablespace.js';
export type {
  DroppedStatistics,
  TransactionAbort,
  TransactionAssignment,
  TransactionCommit,
  TransactionCompletion,
  TransactionInvalidation,
  TransactionPrepare,
  TransactionRecord,
  TwoPhaseStateRecord,
} from './rmgr/transaction/transaction-records.js';
export type {
  XlogBackupBlock,
  XlogBackupEnd,
  XlogCheckpoint,
  XlogCheckpointRedo,
  XlogEndOfRecovery,
  XlogFullPageImage,
  XlogFullPageWritesChange,
  XlogNextOid,
  XlogNoop,
  XlogOverwriteContrecord,
  XlogParameterChange,
  XlogRecord,
  XlogRestorePoint,
  XlogSwitch,
} from './rmgr/xlog/xlog-records.js';
export type { MessageSeverity } from './server-messages.js';
export type { Compression, Decompressor, Decompressors } from './source/compression.js';
export { memorySource } from './source/memory.js';
export type {
  Source,
  SourceEntry,
  SourceFile,
  SourceFinding,
  SourceFindingCode,
} from './source/source.js';
export { unpacking } from './source/unpacking.js';
export type { ClockPeriod, TimeZone } from './time/time-zone.js';
export { type ForkPoint, findForkPoint, findTwinTimeline } from './timeline/fork-point.js';
export {
  historyWithoutParents,
  parseTimelineHistory,
  type TimelineEntry,
  type TimelineHistory,
} from './timeline/history.js';
export { entryOfTimeline, isBeginningOf, timelineAt } from './timeline/lineage.js';
export {
  type IdentifiedVersion,
  type MajorVersion,
  type PageImageFlags,
  POSTGRES_VERSIONS,
  type PostgresVersion,
  type RewindTool,
  versionOfControlFile,
  versionOfMajor,
  versionOfPageMagic,
} from './version.js';
export { mergeScans } from './wal/merge-scans.js';
export { restorePageImage } from './wal/page-image.js';
export { type BlockReference, type PageImage, WalRecord } from './wal/record.js';
export type { FirstRecord, PageStart, RecordRest, UnfinishedRecord } from './wal/record-parts.js';
export { type ScanSegmentOptions, scanSegment } from './wal/scan-segment.js';
export type { ScannedSegment, SegmentScan, StretchHead, WalStretch } from './wal/segment-scan.js';
export { type PassOptions, RecordCounts, type Skimmed } from './wal/skim/skimmer.js';
export type { WalEnd, WalEndCode } from './wal/wal-end.js';
export type { WalFormat } from './wal/wal-format.js';
export { WalReader, type WalReaderOptions } from './wal/wal-reader.js';
export type { WalkedRun } from './wal/walked-run.js';
