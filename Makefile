.PHONY: bootstrap check test coverage bench docs demo

bootstrap check test coverage docs demo:
	@scripts/$@

bench:
	@scripts/bench $(SCRIPT)
