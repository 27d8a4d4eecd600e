import Execution
import Foundation
import Model
import Testing

@testable import Processes

@Suite struct ProgramSearchTests {
    @Test("programs are found by the child's PATH, in its order, relative folders from its working directory")
    func order() throws {
        let place = try Workplace()
        for folder in ["a", "b"] { mkdir(place.path(folder), 0o755) }
        place.put("#!/bin/sh\n", at: "b/tool", mode: 0o755)
        place.put("not executable", at: "a/tool", mode: 0o644)
        let directory = place.folder
        let absolute = "\(place.path("a")):\(place.path("b"))"
        #expect(ProgramSearch.find("tool", path: absolute, directory: "/") == place.path("b/tool"))
        #expect(ProgramSearch.find("tool", path: "a:b", directory: directory) == place.path("b/tool"))
        chmod(place.path("a/tool"), 0o755)
        #expect(ProgramSearch.find("tool", path: "a:b", directory: directory) == place.path("a/tool"))
        #expect(ProgramSearch.find("tool", path: "", directory: place.path("b")) == place.path("b/tool"))
        #expect(ProgramSearch.find("tool", path: "/nowhere", directory: directory) == nil)
        #expect(ProgramSearch.find("", path: "a", directory: directory) == nil)
    }

    @Test("a folder of that name is not a program")
    func folder() throws {
        let place = try Workplace()
        mkdir(place.path("tool"), 0o755)
        #expect(ProgramSearch.find("tool", path: place.folder, directory: "/") == nil)
    }

    @Test("a name with a slash stands for itself")
    func slash() throws {
        let place = try Workplace()
        place.put("#!/bin/sh\n", at: "tool", mode: 0o755)
        #expect(ProgramSearch.find("./tool", path: "/bin", directory: place.folder) == "./tool")
        #expect(ProgramSearch.find("./other", path: "/bin", directory: place.folder) == nil)
    }

    @Test("a program installed meanwhile is found by the next start")
    func installed() throws {
        let place = try Workplace()
        mkdir(place.path("bin"), 0o755)
        place.put("#!/bin/sh\necho first\n", at: "tool", mode: 0o755)
        var launch = place.launch("")
        launch.interpreter.arguments = ["tool"]
        launch.inherited = SharedEnvironment(["PATH=\(place.path("bin")):\(place.folder):/bin"])
        #expect(try place.run(launch) == .status(0))
        place.put("#!/bin/sh\necho second\n", at: "bin/tool", mode: 0o755)
        #expect(try place.run(launch) == .status(0))
        #expect(place.text("log") == "first\nsecond\n")
    }
}
