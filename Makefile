.PHONY: demo test check bench bench-speed bench-examples bench-grounding bench-verify packages weights

# Where the recordings of `make demo` go, and how often `make bench` runs the examples.
RUNS ?= runs
N ?= 10

packages:
	@agent/setup/install-packages

weights: packages
	@vision/setup/fetch-weights

# Builds the program and lets it write a note in a real editor, on a private display.
demo: weights
	cargo build --release --package sightstep
	target/release/sightstep run editor --runs $(RUNS)

# Everything that is tested, on real virtual displays where it is about displays.
test: weights
	cargo test --workspace

# Lints; nothing is run.
check: packages
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

# Figures: the cost of a step and of reading, and how often the examples pass.
bench: bench-speed bench-examples

bench-speed: weights
	cargo run --release --package sightstep-tests --bin speed

bench-examples: weights
	cargo build --release --package sightstep
	cargo run --release --package sightstep-tests --bin rate -- target/release/sightstep tasks/examples $(N)

# How often the verifier is right, on actions done, left out, or only pointed at; with CORPUS also against people's labels.
bench-verify: weights
	cargo run --release --package sightstep-tests --bin verify-pairs
ifdef CORPUS
	cargo run --release --package sightstep-tests --bin verify-labels -- $(CORPUS)
endif

# Accuracy on a folder of screenshots with instructions and boxes: make bench-grounding CORPUS=folder
bench-grounding: weights
	cargo run --release --package sightstep-tests --bin grounding -- $(CORPUS)
