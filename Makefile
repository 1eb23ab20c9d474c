.PHONY: test check packages

packages:
	@agent/setup/install-packages

# Everything that is tested, on real virtual displays where it is about displays.
test: packages
	cargo test --workspace

# Lints; nothing is run.
check: packages
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
