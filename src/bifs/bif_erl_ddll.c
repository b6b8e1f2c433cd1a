/* bif_erl_ddll.c - drivers are built in; none can be loaded. */
#include "bifs.h"
#include "vm/port/port.h"

/* In the order of the stock VM, whose list ends with the driver that was added first. */
Term bif_erl_ddll_loaded_drivers_0(Process *p, const Term *args)
{
    Term list = TERM_NIL;

    for (const PortDriver *driver = port_driver_next(NULL); driver; driver = port_driver_next(driver))
        list = cons(&p->heap, list_from_text(&p->heap, driver->name), list);
    return tuple_2(&p->heap, A_OK, list);
}

Term bif_erl_ddll_try_load_3(Process *p, const Term *args)
{
    return tuple_2(&p->heap, A_ERROR, A_NOTSUP);
}

Term bif_erl_ddll_try_unload_2(Process *p, const Term *args)
{
    return tuple_2(&p->heap, A_ERROR, A_LINKED_IN_DRIVER);
}

Term bif_erl_ddll_format_error_int_1(Process *p, const Term *args)
{
    static const struct {
        Term code;
        const char *text;
    } texts[] = {{A_NOTSUP, "Loading drivers is not supported"},
                 {A_LINKED_IN_DRIVER, "Driver is statically linked and cannot be loaded/unloaded"},
                 {A_INCONSISTENT, "Driver name and/or driver path is inconsistent with currently loaded driver"},
                 {A_PERMANENT, "DDLL driver is permanent an can not be unloaded/loaded"},
                 {A_NOT_LOADED, "DDLL driver is not loaded"},
                 {A_NOT_LOADED_BY_THIS_PROCESS, "DDLL driver was not loaded by this process"}};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        if (texts[i].code == args[0])
            return list_from_text(&p->heap, texts[i].text);
    return raise_badarg(p);
}

Term bif_erl_ddll_info_2(Process *p, const Term *args) { return raise_badarg(p); }
Term bif_erl_ddll_monitor_2(Process *p, const Term *args) { return raise_badarg(p); }
Term bif_erl_ddll_demonitor_1(Process *p, const Term *args) { return raise_badarg(p); }
