.PHONY: bootstrap check test bench docs demo

bootstrap check test docs demo:
	@scripts/$@

bench:
	@scripts/bench $(SCRIPT)
