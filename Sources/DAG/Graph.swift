/// Placeholder until the graph lands.
package struct Graph: Sendable {}
