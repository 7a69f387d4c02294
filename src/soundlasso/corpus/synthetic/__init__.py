"""Sounds that nobody recorded and that nothing but arithmetic makes.

Free recordings of everyday sounds are few: a dog is known to the packages' training split from two
seconds, a hand bell from four. What makes many of them is known well enough to imitate it (Farnell
2010, "Designing Sound"; Cook 2002, "Real Sound Synthesis for Interactive Applications"): modes that
are struck, noise that flows, pulses that a throat or an exhaust shapes. Each take of a sound draws
its own numbers, so that no two are alike.

`parts` has what they are made of; every other module has the sounds of one kind of mechanism, in a
table `SOUNDS` from label to the function that makes a take of it; `registry` has all of them.
"""
