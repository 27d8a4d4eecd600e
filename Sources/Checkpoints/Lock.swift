import Glibc
import Model

/// The right to work on a state folder, which one executor has at a time.
///
/// The kernel drops it when the holder dies, however it dies. It is bound to the folder itself and to the file `lock`
/// in it, so that other names of the folder, bind mounts and a removed file make no difference. Programs started
/// while it is held do not inherit it.
package final class Lock {
    package let folder: StateFolder
    private let folderDescriptor: Int32
    private let fileDescriptor: Int32

    /// Takes the lock without waiting for it.
    ///
    /// - Parameter commandLine: what is being run, for people who find the folder locked.
    /// - Parameter now: seconds since 1970.
    package init(_ folder: StateFolder, commandLine: String, now: Double) throws(LockError) {
        self.folder = folder
        let folderDescriptor = POSIX.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderDescriptor >= 0 else {
            throw .unusable(FileSystem.failure("cannot open the state folder \(folder.path)", errno))
        }
        do {
            try Self.take(folderDescriptor, folder, now)
            fileDescriptor = try Self.openFile(folder, now)
        } catch {
            close(folderDescriptor)
            throw error
        }
        self.folderDescriptor = folderDescriptor
        let holder = LockHolder(pid: getpid(), since: now, commandLine: commandLine)
        // What it says is a courtesy: a full disk must not keep anyone from the lock.
        _ = ftruncate(fileDescriptor, 0)
        try? FileIO.write(Array(holder.text.utf8), to: fileDescriptor, at: 0)
    }

    deinit {
        _ = ftruncate(fileDescriptor, 0)
        close(fileDescriptor)
        close(folderDescriptor)
    }

    /// Who holds the folder's lock, if anybody does; takes and changes nothing.
    package static func holder(of folder: StateFolder) -> LockHolder? {
        let descriptor = POSIX.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A shared lock, so that two who only ask do not see each other.
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return readHolder(folder)
    }

    private static func openFile(_ folder: StateFolder, _ now: Double) throws(LockError) -> Int32 {
        // The file may be removed between opening and locking it: then there is another one to lock.
        for _ in 0..<10 {
            let descriptor: Int32
            do { descriptor = try FileSystem.openPrivate(folder.lock, owner: folder.giveTo) } catch {
                throw .unusable(error)
            }
            do { try take(descriptor, folder, now) } catch {
                close(descriptor)
                throw error
            }
            let locked = FileSystem.status(descriptor: descriptor)
            if let named = FileSystem.status(folder.lock, following: false), named.inode == locked?.inode {
                return descriptor
            }
            close(descriptor)
        }
        throw .unusable(
            StoreError(.broken, "\(folder.lock) is removed again and again. Stop what does that, then try again."))
    }

    private static func take(_ descriptor: Int32, _ folder: StateFolder, _ now: Double) throws(LockError) {
        var holder: LockHolder?
        // Somebody who only asks holds it for a moment, and a new holder takes a moment to say who it is.
        for attempt in 0..<10 {
            if attempt > 0 { usleep(10_000) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw .unusable(FileSystem.failure("cannot lock the state folder \(folder.path)", errno))
            }
            holder = readHolder(folder)
            if let holder, holder.seemsAlive { break }
        }
        throw .held(holder, folder: folder.path, now: now)
    }

    private static func readHolder(_ folder: StateFolder) -> LockHolder? {
        let descriptor = POSIX.open(folder.lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = (try? FileIO.read(descriptor, at: 0, count: 8192)) ?? []
        return LockHolder(text: String(decoding: bytes, as: UTF8.self))
    }
}
