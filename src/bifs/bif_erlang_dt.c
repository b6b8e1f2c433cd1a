/* erlang: dt_*: tags for dynamic trace points, which this VM has none of. */
#include "bifs.h"

Term bif_erlang_dt_put_tag_1(Process *p, const Term *args)
{
    return A_UNDEFINED;
}

Term bif_erlang_dt_get_tag_0(Process *p, const Term *args)
{
    return A_UNDEFINED;
}

Term bif_erlang_dt_get_tag_data_0(Process *p, const Term *args)
{
    return A_UNDEFINED;
}

Term bif_erlang_dt_spread_tag_1(Process *p, const Term *args)
{
    return A_TRUE;
}

Term bif_erlang_dt_restore_tag_1(Process *p, const Term *args)
{
    return A_TRUE;
}

Term bif_erlang_dt_prepend_vm_tag_data_1(Process *p, const Term *args)
{
    return args[0];
}

Term bif_erlang_dt_append_vm_tag_data_1(Process *p, const Term *args)
{
    return args[0];
}
