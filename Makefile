# Thin: each target is a command you could type. `make help` lists them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DEMO ?= .demo
ZONE ?= .zone
KILLS ?= 10000
FROM ?= 1
COUNT ?= 1000000
RELEASE := -c release --static-swift-stdlib --product runbook

.PHONY: help tools build demo demo-down zone zone-down quick test test-zone test-tracks crash simulate mutants fuzz bench bench-gates release install manual-page format lint clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

tools: ## install what building needs
	@scripts/install-tools

build: tools ## the program, optimised: .build/release/runbook
	swift build $(RELEASE)

demo: ## bring the workbench up for real, and show it
	@scripts/install-tools workbench
	swift build $(RELEASE)
	@scripts/demo up "$(DEMO)"

demo-down: ## take it down again
	@scripts/demo down "$(DEMO)"

zone: ## bring a datacenter up for real, and a second one beside it: Consul, OpenBao and what stands on them
	@scripts/install-tools zone
	@scripts/fetch-tools
	swift build $(RELEASE)
	@scripts/zone up "$(ZONE)"

zone-down: ## take it down again
	@scripts/zone down "$(ZONE)"

quick: ## build, and most tests of every target: for between two changes (it says what it leaves out)
	swift build --build-tests
	@Tests/System/test-all --quick

test: ## every test; the workbench brought up, broken, mended, taken down; 300 kills
	@scripts/install-tools workbench test
	swift build --build-tests
	@Tests/System/test-all .build/debug/runbook

test-zone: ## the zone looked at from outside, broken, interrupted, taken down and up again (five minutes)
	@scripts/install-tools zone test
	@scripts/fetch-tools
	swift build --product runbook
	Tests/System/test-zone .build/debug/runbook

test-tracks: ## the other runbooks: containers, the incident, Nomad and Kubernetes against stand-ins (five minutes)
	@scripts/install-tools zone tracks test
	@scripts/fetch-tools
	swift build --product runbook
	Tests/System/test-tracks .build/debug/runbook

crash: build ## kill the program KILLS times at random moments, and look whether anything was lost
	Tests/System/crash-syscalls .build/release/runbook
	Tests/System/crash .build/release/runbook --kills $(KILLS)

simulate: ## COUNT simulated runs of the engine, from seed FROM on, with crashes after any write
	swift build -c release --static-swift-stdlib --product simulate
	.build/release/simulate --from $(FROM) --count $(COUNT)

mutants: ## break the engine in dozens of ways; the simulation has to notice each (half an hour)
	scripts/mutants

fuzz: ## hours of made-up input: make fuzz FUZZ="--seconds 3600 --jobs 4"
	scripts/fuzz $(FUZZ)

bench: build ## the cost of a step against ninja, make and Task, in one run
	@benchmarks/run

bench-gates: build ## what a thousand http gates cost that do not hold, by thread, over half a minute
	@benchmarks/gates

install: build ## install program, manual page and completions under PREFIX
	install -D -s -m 755 .build/release/runbook "$(DESTDIR)$(PREFIX)/bin/runbook"
	install -D -m 644 docs/runbook.1 "$(DESTDIR)$(PREFIX)/share/man/man1/runbook.1"
	scripts/install-completions .build/release/runbook "$(DESTDIR)$(PREFIX)/share"

manual-page: ## write docs/runbook.1 anew from what the program says of itself
	swift build --product runbook
	scripts/manual-page .build/debug/runbook >docs/runbook.1

format: ## format the sources in place
	swift format --in-place --recursive Package.swift Sources Tests

lint: ## what is not formatted, and what shellcheck finds
	@scripts/install-tools test
	swift format lint --strict --recursive Package.swift Sources Tests
	shellcheck -x .ci/run $$(grep -slE '^#!.*sh$$|^# shellcheck shell=' scripts/* Tests/System/* runbooks/*/tools/*)

release: build ## an archive that works without Swift, and a tag: the runbook runbooks/project/release.md
	install -D -m 755 .build/release/runbook .build/release-runner/runbook
	.build/release-runner/runbook --state .build/release-runner/state up runbooks/project/release.md

clean: ## remove what was built (not the demo: make demo-down)
	rm -rf .build
