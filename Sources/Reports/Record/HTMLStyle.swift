/// The style sheet of the HTML report: light and dark, narrow and wide, nothing by colour alone.
enum HTMLStyle {
    static let text = """
        :root { color-scheme: light dark; --bg: #ffffff; --fg: #1f2328; --faint: #59636e; --line: #d1d9e0;
          --card: #f6f8fa; --good: #116329; --bad: #b3151f; --warn: #7d4e00; --link: #0756b8;
          --work: #2f6fd0; --gate: #c98a12; --pause: #8a5bd6; --undo: #0f7b8a; --wait: #6e7781; }
        @media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --faint: #9aa4af;
          --line: #3d444d; --card: #161b22; --good: #56d364; --bad: #ff8078; --warn: #e3b341; --link: #6cb1ff;
          --work: #5b9bf5; --gate: #e0a93a; --pause: #b592f5; --undo: #4fc3d4; --wait: #8b949e; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--bg); color: var(--fg);
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        header, main, footer { max-width: 1500px; margin: 0 auto; padding: 16px; }
        main { padding-top: 0; } main h2:first-child { margin-top: 8px; }
        h1 { font-size: 1.5rem; margin: 0 0 4px; } h2 { font-size: 1.15rem; margin: 28px 0 8px; }
        a { color: var(--link); } p { margin: 4px 0; }
        .faint { color: var(--faint); } .good { color: var(--good); } .bad { color: var(--bad); }
        .warn { color: var(--warn); }
        .skip { position: absolute; left: -999px; } .skip:focus { left: 16px; top: 8px; background: var(--bg); }
        .counts { display: flex; flex-wrap: wrap; gap: 6px; padding: 0; margin: 10px 0; list-style: none; }
        .counts li { border: 1px solid var(--line); border-radius: 99px; padding: 1px 10px; }
        .attention { padding: 0; margin: 10px 0; list-style: none; overflow-wrap: anywhere; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 6px 0; list-style: none; }
        .legend i { display: inline-block; width: 26px; height: 11px; margin-right: 6px; vertical-align: -1px; }
        .lane { display: grid; grid-template-columns: minmax(130px, 22%) 1fr 76px; gap: 8px; align-items: center;
          min-height: 19px; font-size: 13px; }
        .lane:hover { background: var(--card); } 
        h3 { font-size: 13px; margin: 10px 0 2px; border-bottom: 1px solid var(--line); }
        .lane a { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--fg);
          text-decoration: none; } .lane a:hover, .lane a:focus { text-decoration: underline; }
        .lane.critical a { font-weight: 700; } .lane.critical a::before { content: "◆ "; color: var(--bad); }
        .track { position: relative; height: 12px; background: var(--card); border-radius: 2px; }
        .track i { position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 2px; }
        .lane .time { text-align: right; font-variant-numeric: tabular-nums; color: var(--faint); white-space: nowrap; }
        .axis .track { background: none; height: 18px; border-bottom: 1px solid var(--line); }
        .axis .track span { position: absolute; font-size: 11px; color: var(--faint); transform: translateX(-50%);
          white-space: nowrap; } .axis .track span:first-child { transform: none; }
        .axis .track span:last-child { transform: translateX(-100%); }
        .break { position: absolute; top: -2px; bottom: -2px; border-left: 2px dashed var(--faint); }
        .work { background: var(--work); }
        .gate { background: repeating-linear-gradient(45deg, var(--gate) 0 4px, transparent 4px 7px) var(--card);
          border: 1px solid var(--gate); }
        .pause { background: repeating-linear-gradient(90deg, var(--pause) 0 2px, transparent 2px 5px) var(--card);
          border: 1px solid var(--pause); }
        .undo { background: repeating-linear-gradient(0deg, var(--undo) 0 2px, transparent 2px 4px) var(--card);
          border: 1px solid var(--undo); }
        .wait { background: radial-gradient(var(--wait) 1.4px, transparent 1.6px) 0 0/5px 5px var(--card);
          border: 1px solid var(--wait); }
        details { border: 1px solid var(--line); border-radius: 6px; margin: 5px 0; }
        summary { cursor: pointer; padding: 5px 10px; overflow-wrap: anywhere; }
        summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
        details > div { padding: 0 12px 10px; } .state { font-weight: 600; margin-right: 8px; }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 8px; margin: 6px 0;
          overflow: auto; max-height: 320px; font: 12.5px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 13.5px; }
        th, td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        .graph { background: #ffffff; color: #1f2328; border: 1px solid var(--line); border-radius: 6px; padding: 10px;
          overflow: auto; max-height: 80vh; } .graph svg { max-width: none; height: auto; }
        @media (max-width: 640px) { .lane { grid-template-columns: 1fr 70px; gap: 0 8px; padding: 2px 0; }
          .lane .track { grid-column: 1 / 3; grid-row: 2; }
          .axis > :first-child, .axis > :last-child { display: none; } }
        @media print { details { break-inside: avoid; } }
        """
}
