import CPlatform

/// How far the ending of a session has come; times are seconds of uptime.
struct Ending {
    /// When TERM was sent.
    let began: Double
    /// When what is left gets KILL.
    var killAt: Double
    var isKilled = false
    /// When to look again what is left; counts once the leader has ended or KILL was sent.
    var lookAt: Double
    /// Processes so young when TERM was sent that they may have lost it.
    var young: [platform_process] = []

    /// Between looks; grows.
    private var pause = 0.01
    private var reminders = 0
    /// When processes that may have lost TERM are sent it once more.
    private var remindAt: Double

    /// After KILL, how long what does not go away (it hangs in the kernel) is waited for.
    static let patience = 3.0
    private static let longestPause = 0.25
    private static let mostReminders = 3

    init(began: Double, killAt: Double) {
        self.began = began
        self.killAt = killAt
        lookAt = began
        remindAt = began + 0.1
    }

    /// When something is to be done.
    func nextStep(isLeaderGone: Bool) -> Double {
        if isKilled { return lookAt }
        var next = isLeaderGone ? min(killAt, lookAt) : killAt
        if isReminding, isLeaderGone || !young.isEmpty { next = min(next, remindAt) }
        return next
    }

    /// Some may have to be asked again.
    private var isReminding: Bool { reminders < Self.mostReminders && !isKilled }

    func isReminderDue(_ now: Double) -> Bool { isReminding && now >= remindAt && now < killAt }

    mutating func hasReminded(_ now: Double) {
        reminders += 1
        remindAt = now + (reminders == 1 ? 0.3 : 0.9)
    }

    /// The leader ended: whoever was started meanwhile is on its own.
    mutating func leaderEnded(_ now: Double) {
        reminders = 0
        remindAt = now + 0.1
    }

    mutating func hasLooked(_ now: Double) {
        lookAt = now + pause
        pause = min(pause * 1.5, Self.longestPause)
    }
}
