/* error_logger:warning_map/0: how +W wants warnings to be logged. */
#include "bifs.h"
#include "vm/base/options.h"

Term bif_error_logger_warning_map_0(Process *p, const Term *args)
{
    switch (options.warning_level) {
    case 'i': return A_INFO;
    case 'e': return A_ERROR;
    default: return A_WARNING;
    }
}
