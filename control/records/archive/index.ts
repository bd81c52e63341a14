/** Archives of records: written while the service runs, held against their lists, and read where no service runs. */
export { archiveListName, readArchiveList, type ArchiveList } from './archive-list.ts';
export { archiveFaults } from './check-archive.ts';
export { recordsAtRest, type RecordsAtRest } from './records-at-rest.ts';
export { writeArchive, type ArchiveQuestion } from './write-archive.ts';
