import Execution
import Testing

@Suite("A handle")
struct HandleTests {
    private let identity = ProcessIdentity(pid: 4711, startTime: 1234.567, bootID: "boot")

    @Test("names a process by pid, start time and boot, there and back")
    func roundTrip() {
        let handle = Handle(identity, on: "local")
        #expect(handle == Handle(machine: "local", incarnation: "boot", opaque: "4711 1234.567"))
        #expect(handle.process == identity)
    }

    @Test(
        "that is garbled names none",
        arguments: [
            "", "4711", "4711 ", " 1.5", "0 1.5", "-3 1.5", "4194305 1.5", "4711 x", "4711 nan", "4711 inf", "4711 -1",
            "4711 1.5 2", "4711  1.5", "job-17", "99999999999 1",
        ])
    func garbled(_ opaque: String) {
        #expect(Handle(machine: "local", incarnation: "boot", opaque: opaque).process == nil)
    }

    @Test("is the same as one whose start time differs by hundredths of a second, on the same machine and boot")
    func same() {
        let handle = Handle(identity, on: "local")
        func moved(_ seconds: Double) -> Handle {
            var other = identity
            other.startTime += seconds
            return Handle(other, on: "local")
        }
        #expect(handle.isSame(as: moved(0.02)) && handle.isSame(as: moved(-0.02)))
        #expect(!handle.isSame(as: moved(0.05)) && !handle.isSame(as: moved(-0.05)))
        #expect(!handle.isSame(as: Handle(identity, on: "elsewhere")))
        var earlier = identity
        earlier.bootID = "another"
        #expect(!handle.isSame(as: Handle(earlier, on: "local")))
        var neighbour = identity
        neighbour.pid += 1
        #expect(!handle.isSame(as: Handle(neighbour, on: "local")))
        let job = Handle(machine: "batch", incarnation: "", opaque: "job-17")
        #expect(job.isSame(as: job))
        #expect(!job.isSame(as: Handle(machine: "batch", incarnation: "", opaque: "job-18")))
    }
}
