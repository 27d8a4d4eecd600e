/// Text before a shell body that makes it leave its exit status behind (replaced when the measured one lands).
package enum ExitTrap {
    package static let prefix = ""
}
