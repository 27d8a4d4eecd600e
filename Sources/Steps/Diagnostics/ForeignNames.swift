/// What other tools call the keys of this one: people bring their words along.
///
/// From the manuals of docker compose, Task, dagu, process-compose, Ansible, GitHub's workflows and Nomad's jobs.
enum ForeignNames {
    private static let keys: [String: [String]] = [
        "needs": [
            "after", "depends", "depends_on", "depends-on", "deps", "dependencies", "require", "requires", "wants",
        ],
        "gate": [
            "healthcheck", "health_check", "health-check", "health", "probe", "readiness_probe", "readiness-probe",
            "readinessProbe", "ready", "until", "wait", "wait_for", "verify",
        ],
        "command": ["exec", "cmd", "cmds", "run", "shell", "script", "test"],
        "retries": ["retry", "attempts", "max_retries", "retry_policy", "restart", "tries", "retryPolicy"],
        "backoff": ["delay", "retry_delay", "retry-delay", "retry_interval"],
        "when": ["if", "condition", "only_if", "preconditions", "precondition", "skip", "unless"],
        "check": ["status", "creates", "skip_if", "skip-if"],
        "dir": [
            "cwd", "workdir", "working_dir", "working-dir", "working-directory", "directory", "chdir", "workingDir",
        ],
        "env": ["environment", "variables", "vars"],
        "params": ["parameters", "args", "arguments", "inputs", "vars", "variables"],
        "title": ["name", "description", "desc", "summary", "label"],
        "runbook": ["name", "id"],
        "service": ["daemon", "background", "is_daemon", "detach", "long_running"],
        "optional": [
            "allow_failure", "allow-failure", "continue_on_error", "continue-on-error", "ignore_errors",
            "ignore_error",
        ],
        "confirm": ["manual", "approval", "approve", "prompt", "pause", "ask"],
        "timeout": ["limit", "deadline", "time_limit", "timeout-minutes", "timeoutSec"],
        "within": ["timeout_total", "start_period", "start-period", "deadline", "wait"],
        "every": ["interval", "period", "periodSeconds", "delay", "poll"],
        "stable": ["success_threshold", "successThreshold", "consecutive"],
        "http": ["http_get", "httpGet", "get", "uri"],
        "tcp": ["port", "tcpSocket", "socket", "tcp_socket"],
        "status": ["code", "status_code", "expect", "expected"],
        "body": ["contains", "response", "match", "text"],
        "stdout": ["output", "contains", "match", "expect"],
        "outputs": ["register", "exports", "artifacts", "returns"],
        "pool": ["concurrency", "semaphore", "throttle", "run_once_at_a_time", "mutex"],
        "pools": ["concurrency", "semaphores"],
        "include": ["import", "imports", "includes", "import_tasks", "extends"],
        "shell": ["interpreter", "executable", "language"],
        "estimate": ["duration", "expected"],
        "interactive": ["tty", "is_tty", "stdin"],
        "default": ["value"],
        "choices": ["enum", "options", "allowed", "one_of"],
        "pattern": ["regex", "regexp", "match"],
        "help": ["description", "desc", "title"],
        "server": ["nameserver", "resolver"],
        "mode": ["chmod", "permissions"],
        "undo": ["cleanup", "teardown", "rollback", "revert"],
    ]

    /// The one of `known` that other tools call so; the first in their order where several are.
    static func key(for name: String, among known: [String]) -> String? {
        known.first { keys[$0]?.contains(name) ?? false }
    }
}
