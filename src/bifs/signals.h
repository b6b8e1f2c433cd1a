/* signals.h - what the VM does with signals before any program says otherwise. */
#ifndef LING_SIGNALS_H
#define LING_SIGNALS_H

/* SIGTERM, SIGQUIT and SIGUSR1 go to erl_signal_server, SIGINT to the break menu. Once, after io_init. */
void signals_init(void);

#endif
