/// The text that `runbook init` writes; a test brings it up and takes it down.
enum StarterRunbook {
    static let text = #"""
        ---
        runbook: starter
        title: A small web page
        params:
          port: {default: 18888, type: int, min: 1024, max: 65535, help: "Where the page is served"}
        defaults: {timeout: 1m, within: 20s}
        ---
        # A small web page

        This file is a runbook: it reads as a page, a person can follow it by hand, and
        `runbook run` brings it up. A code block whose first lines start with `#|` is a step;
        any other block is prose and never runs.

        ## Ground

        The port must be free. A step is done when its script ends with status 0.

        ```bash
        #| step: port-free
        #| title: The port is free
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "port $port is taken: choose another with -p port=…"
            exit 1
        fi
        ```

        The page. `${…}` is replaced in metadata, and in a `file:` block that is a template.

        ```html
        #| file: ${work}/site/index.html
        #| template: true
        <h1>Served on port ${port}</h1>
        ```

        ## Web

        A service stays up. Its gate is asked until the page really answers; the step is done only then,
        and the gate is asked again on every resume.

        ```bash
        #| step: web
        #| title: Web server
        #| needs: [port-free, "file:index.html"]
        #| provides: [page]
        #| service: true
        #| gate: {http: "http://127.0.0.1:${port}/", body: "Served on port", within: 15s}
        exec python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port"
        ```

        ## Use

        What one step finds out, another can use.

        ```bash
        #| step: measure
        #| title: How large is the page?
        #| needs: [page]
        #| outputs: [bytes]
        size=$(python3 -c "import urllib.request as u; print(len(u.urlopen('http://127.0.0.1:$port/').read()))")
        echo "bytes=$size" >>"$RUNBOOK_OUTPUT"
        ```

        ```bash
        #| step: report
        #| title: Say so
        #| env: {SIZE: "${measure.bytes}"}
        echo "The page has $SIZE bytes."
        ```

        """#
}
