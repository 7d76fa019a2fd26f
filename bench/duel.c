/* The lone duel in C: the same chain, dice and order of operations as bench/duel.py compiles; both end in the same bits. */
#include <math.h>
#include <stdint.h>

static double uniform(uint64_t *s)
{
    uint64_t total = s[0] + s[3];
    uint64_t result = ((total << 23) | (total >> 41)) + s[0];
    uint64_t kept = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= kept;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return ((double)(result >> 11) + 0.5) * 0x1p-53;
}

void duels(uint64_t *words, double *hours, double *losses, long count, const double *given)
{
    double first_kills = given[0], second_kills = given[1], first = given[2], second = given[3];
    double first_breaks = given[4], second_breaks = given[5];
    for (long n = 0; n < count; n++) {
        uint64_t *s = words + 4 * n;
        double a = first, b = second, now = 0.0;
        while (a > first_breaks && b > second_breaks) {
            double a_loses = second_kills * b, b_loses = first_kills * a;
            double rate = a_loses + b_loses;
            now += -log(uniform(s)) / rate;
            double of_first = uniform(s) * rate < a_loses ? 1.0 : 0.0;
            a -= of_first;
            b -= 1.0 - of_first;
        }
        hours[n] = now;
        losses[2 * n] = first - a;
        losses[2 * n + 1] = second - b;
    }
}
