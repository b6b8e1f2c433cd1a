/* The module math, on C's libm. A result that is not finite is badarith. */
#include <math.h>

#include "bifs.h"
#include "vm/term/arith.h"

static Term finite_result(Process *p, double value)
{
    return isfinite(value) ? float_new(&p->heap, value) : raise_badarith(p);
}

static Term call_1(Process *p, const Term *args, double (*function)(double))
{
    double x;

    if (!arith_to_double(args[0], &x))
        return is_number(args[0]) ? raise_badarith(p) : raise_badarg(p);
    return finite_result(p, function(x));
}

static Term call_2(Process *p, const Term *args, double (*function)(double, double))
{
    double x, y;

    if (!is_number(args[0]) || !is_number(args[1]))
        return raise_badarg(p);
    if (!arith_to_double(args[0], &x) || !arith_to_double(args[1], &y))
        return raise_badarith(p);
    return finite_result(p, function(x, y));
}

#define MATH_1(name) \
    Term bif_math_##name##_1(Process *p, const Term *args) { return call_1(p, args, name); }
#define MATH_2(name) \
    Term bif_math_##name##_2(Process *p, const Term *args) { return call_2(p, args, name); }

MATH_1(acos)
MATH_1(acosh)
MATH_1(asin)
MATH_1(asinh)
MATH_1(atan)
MATH_1(atanh)
MATH_1(ceil)
MATH_1(cos)
MATH_1(cosh)
MATH_1(erf)
MATH_1(erfc)
MATH_1(exp)
MATH_1(floor)
MATH_1(log)
MATH_1(log10)
MATH_1(log2)
MATH_1(sin)
MATH_1(sinh)
MATH_1(sqrt)
MATH_1(tan)
MATH_1(tanh)
MATH_2(atan2)
MATH_2(fmod)
MATH_2(pow)
