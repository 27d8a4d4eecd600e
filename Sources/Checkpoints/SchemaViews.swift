/// The views through which people query a state database; documented in docs/checkpoints.md.
enum SchemaViews {
    static let sql = [sessions, words, stepFacts, steps, attempts, gateHistory, currentOutputs].joined(separator: "\n")

    private static let sessions = """
        CREATE VIEW sessions AS
        SELECT run,
            row_number() OVER (PARTITION BY run ORDER BY seq) AS session,
            kind, runbook, user, pid, command, jobs, version, started,
            CASE next WHEN 'session-end' THEN next_time END AS finished,
            CASE next WHEN 'session-end' THEN next_state END AS outcome
        FROM (
            SELECT run, seq, event, time AS started, pid,
                detail ->> '$.kind' AS kind, detail ->> '$.runbook' AS runbook, detail ->> '$.user' AS user,
                detail ->> '$.commandLine' AS command, detail ->> '$.jobs' AS jobs,
                detail ->> '$.version' AS version,
                lead(event) OVER (PARTITION BY run ORDER BY seq) AS next,
                lead(time) OVER (PARTITION BY run ORDER BY seq) AS next_time,
                lead(state) OVER (PARTITION BY run ORDER BY seq) AS next_state
            FROM events
            WHERE event IN ('session-start', 'session-end')
        )
        WHERE event = 'session-start';
        """

    private static let words = """
        CREATE VIEW words AS
        SELECT run, step, time, detail ->> '$.kind' AS word, detail ->> '$.user' AS user,
            detail ->> '$.note' AS note, 1 AS heard
        FROM events
        WHERE event = 'word'
        UNION ALL
        SELECT run, step, time, detail ->> '$.kind', detail ->> '$.user', detail ->> '$.note', 0
        FROM inbox;
        """

    /// Says in SQL what `RunState` says in Swift; a test holds the two together.
    ///
    /// The last event with a state of its own decides (`base`), but for a process that was started or adopted after it
    /// (running, unless gates were being asked or the step is done or lapsed) and for a person's word: heard ones are
    /// events, others wait in `inbox`. Of a process and an acceptance of what had failed, the first one counts: what is
    /// accepted is done whatever is adopted later, and what runs cannot be accepted.
    static let steps = """
        CREATE VIEW steps AS
        SELECT told.run, told.step,
            CASE
                WHEN waiting.reset THEN 'pending'
                WHEN waiting.accept AND told.state IN ('uncertain', 'failed', 'interrupted') THEN 'done'
                ELSE told.state
            END AS state,
            told.reason, told.since, told.attempts, told.exit, told.signal, told.seconds, told.gate_seconds
        FROM (
            SELECT facts.run, facts.step,
                CASE turn WHEN 'process' THEN 'running' WHEN 'accept' THEN 'done' ELSE coalesce(base.state, 'pending')
                    END AS state,
                CASE turn
                    WHEN 'process' THEN NULL
                    WHEN 'accept' THEN 'accepted by ' || (accepts.detail ->> '$.user')
                    ELSE CASE base.event
                        WHEN 'word' THEN 'reset by ' || (base.detail ->> '$.user')
                        WHEN 'service-ended' THEN 'service ended'
                        ELSE base.reason END
                    END AS reason,
                CASE turn WHEN 'process' THEN processes.time WHEN 'accept' THEN accepts.time ELSE base.time
                    END AS since,
                attempts, ends.exit, ends.signal, results.seconds, results.gate_seconds
            FROM (
                SELECT *,
                    CASE
                        WHEN accept > base AND base_state IN ('uncertain', 'failed', 'interrupted')
                            AND (process < base OR accept < first_process) THEN 'accept'
                        WHEN process > base
                            AND coalesce(base_state NOT IN ('gating', 'done', 'lapsed'), 1) THEN 'process'
                        END AS turn
                FROM (SELECT *, (SELECT state FROM events WHERE seq = base) AS base_state FROM step_facts)
            ) AS facts
            LEFT JOIN events AS base ON base.seq = facts.base
            LEFT JOIN events AS processes ON processes.seq = facts.process
            LEFT JOIN events AS accepts ON accepts.seq = facts.accept
            LEFT JOIN events AS ends ON ends.seq = facts.ended
            LEFT JOIN events AS results ON results.seq = facts.finished
        ) AS told
        LEFT JOIN (
            SELECT run, step, max(detail ->> '$.kind' = 'reset') AS reset,
                max(detail ->> '$.kind' = 'accept') AS accept
            FROM inbox
            GROUP BY run, step
        ) AS waiting ON waiting.run = told.run AND waiting.step = told.step;
        """

    /// Which events decide about a step, by their `seq`; 0 for none.
    static let stepFacts = """
        CREATE VIEW step_facts AS
        SELECT run, step, coalesce(max(base), 0) AS base,
            coalesce(max(CASE WHEN event IN ('started', 'adopted') THEN seq END), 0) AS process,
            coalesce(min(CASE WHEN event IN ('started', 'adopted') AND seq > coalesce(base, 0) THEN seq END), 0)
                AS first_process,
            coalesce(
                min(CASE WHEN event = 'word' AND detail ->> '$.kind' = 'accept' AND seq > coalesce(base, 0)
                    THEN seq END),
                0) AS accept,
            max(CASE WHEN event IN ('attempt-ended', 'finished', 'service-ended') THEN seq END) AS ended,
            max(CASE WHEN event = 'finished' THEN seq END) AS finished,
            count(CASE WHEN event = 'intended' THEN 1 END) - count(CASE WHEN event = 'withdrawn' THEN 1 END) AS attempts
        FROM (
            SELECT *, max(CASE WHEN state IS NOT NULL THEN seq END) OVER (PARTITION BY run, step) AS base
            FROM events
            WHERE step IS NOT NULL
        )
        GROUP BY run, step;
        """

    /// Numbers of attempts are told apart by how many intents with that number came before.
    static let attempts = """
        CREATE VIEW attempts AS
        SELECT run, step, attempt,
            max(role) AS role,
            min(CASE event WHEN 'intended' THEN time END) AS intended,
            min(CASE WHEN event IN ('started', 'adopted') THEN time END) AS started,
            min(CASE WHEN exit IS NOT NULL OR signal IS NOT NULL THEN time END) AS ended,
            max(exit) AS exit,
            max(signal) AS signal,
            max(pid) AS pid,
            max(CASE WHEN event IN ('attempt-ended', 'finished') THEN reason END) AS reason,
            max(log) AS log
        FROM (
            SELECT *, sum(event = 'intended') OVER (PARTITION BY run, step, attempt ORDER BY seq) AS nth
            FROM events
            WHERE event IN ('intended', 'withdrawn', 'started', 'adopted', 'attempt-ended', 'finished') AND attempt > 0
        )
        GROUP BY run, step, attempt, nth
        HAVING NOT max(event = 'withdrawn');
        """

    static let gateHistory = """
        CREATE VIEW gate_history AS
        SELECT run, step, gate, time, holds, answer, probes, detail ->> '$.output' AS output
        FROM events
        WHERE event = 'probed';
        """

    static let currentOutputs = """
        CREATE VIEW current_outputs AS
        SELECT run, step, name, value, sealed IS NOT NULL AS secret
        FROM outputs
        WHERE seq IN (
            SELECT max(seq) FROM events
            WHERE (event = 'attempt-ended' AND exit = 0 AND seq IN (SELECT seq FROM outputs))
                OR (event = 'finished' AND (state = 'undone' OR seq IN (SELECT seq FROM outputs)))
                OR (event = 'word' AND seq IN (SELECT seq FROM outputs))
            GROUP BY run, step);
        """
}
