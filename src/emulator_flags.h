/* emulator_flags.h - the `+` flags of the emulator: which there are, what they take, what they set. */
#ifndef LING_EMULATOR_FLAGS_H
#define LING_EMULATOR_FLAGS_H

#include "string_list.h"

/* Takes the flag at arguments->items[at] ("+P") with its value, if it has one, which may be part of the
 * same word or the next one. Notes it in `options`, adds "-P" and the value to `passed`, and returns
 * how many words it was. An unknown flag or a bad value ends the program with a message and exit
 * code 1. */
size_t emulator_flag_take(const StringList *arguments, size_t at, StringList *passed);

/* One line per flag, for --help. */
void emulator_flags_describe(void);

#endif
