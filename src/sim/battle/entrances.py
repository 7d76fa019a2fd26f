"""Where a clock enters machine code: each entry of the rule book, with tables given by their address."""
# mypy: ignore-errors
# ruff: noqa: D103, F821


def open_battle_at(battle):
    open_battle(battle_at(battle))


def step_at(battle, order, now):
    return step(battle_at(battle), order, now)


def advance_at(battle, until):
    return advance(battle_at(battle), until)


def settle_at(battle, place, now):
    return settle(battle_at(battle), place, now)


def next_call_at(battle):
    return next_call(battle_at(battle))


def play_at(battle, calendar, ends):
    return play(battle_at(battle), calendar_at(calendar), ends)


def go_on_at(battle, calendar, now, ends):
    return go_on(battle_at(battle), calendar_at(calendar), now, ends)


def reconsider_at(battle, order):
    return reconsider(battle_at(battle), order)


def look_anew_at(battle, calendar, order):
    return look_anew(battle_at(battle), calendar_at(calendar), order)


def fight_all_at(battle, calendar, memory, draws, questions, answers, change, first, ends):
    return fight_all(battle_at(battle), calendar_at(calendar), memory, draws, questions, answers, change, first, ends)


def all_normals_at(words, normals):
    all_normals(words, normals)
