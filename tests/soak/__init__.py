"""The whole product under load and under fire: `python -m tests.soak`, or `make soak`.

Many simulated candidates register and pay over HTTP while the outside world misbehaves and the product's own
programs are killed. Then all of it calms down, and the books must balance, ours against those of the
providers. It is a program and no test of pytest: it takes minutes, and what happens when is up to chance. It
lies here because it reads the whole store, which only tests may.

    candidate, ways    who registers, and the ways in which people pay
    browser, cashier   how they speak to the product and to the simulated providers
    running            the product as `make run` starts it, and its single programs
    mischief           faults, kills and a clock that jumps
    settling, books    until nothing is due, and what must then be true
    logs               faults of ours that no kill explains
"""
