"""The commander's seat: a person commands one side of a documented battle, decision by decision.

There is no second rule book: a decision is a perturbation of the scenario, and the battle that goes on is the model's
own, simulated again from the beginning with the same random inputs. What came before a decision stays as it was, to the
bit.
"""
