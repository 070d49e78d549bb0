.PHONY: bootstrap check test bench demo

bootstrap check test demo:
	@scripts/$@

bench:
	@scripts/bench $(SCRIPT)
