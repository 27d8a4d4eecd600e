/// How the database is written: durable at each commit, and cheap per commit.
enum StoreTuning {
    /// Frames of 4 KB in the write-ahead log at which they are copied into the database.
    static let checkpointFrames = 1000
    /// Bytes that the write-ahead log keeps between checkpoints: room for those frames and a little more.
    static let logSize = 17 << 18

    /// Only for a database that was found to be ours: the first line changes the file.
    static let pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = \(checkpointFrames);
        PRAGMA journal_size_limit = \(logSize);
        """
}
