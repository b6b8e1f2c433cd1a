/* native_prim_file.h - what the two files of prim_file's functions share. */
#ifndef LING_NATIVE_PRIM_FILE_H
#define LING_NATIVE_PRIM_FILE_H

#include "io/io_file.h"
#include "vm/proc/bif.h"
#include "vm/term/bits.h"

/* {error, enoent} */
Term file_error(Process *p, int64_t code);
/* #file_info{} with times in seconds since 1970. */
Term file_info_term(Process *p, const IoFileInfo *info);

/* A path as prim_file passes it: a binary that ends in NUL bytes and has no others. */
typedef struct FilePath {
    BitsBytes bytes;
    const char *text;
} FilePath;
/* False if `t` is no such binary: the answer is {error, einval}. */
bool file_path_get(Term t, FilePath *path);
void file_path_free(FilePath *path);
char *file_path_copy(const char *path);      /* mem_free(MEM_IO) */

/* A copy of the handle of the open file behind `t`; negative: it is none, or there are no more handles. */
int native_prim_file_duplicate(Term t);

/* Reads until `size` bytes are there or the end of the file; a negative IO_E*. `offset` < 0: at the
 * file's own position. */
int64_t file_read_all(int handle, uint8_t *into, size_t size, int64_t offset);

/* The functions that take names. */
Term native_prim_file_make_hard_link_2(Process *p, const Term *args);
Term native_prim_file_make_soft_link_2(Process *p, const Term *args);
Term native_prim_file_rename_2(Process *p, const Term *args);
Term native_prim_file_read_info_2(Process *p, const Term *args);
Term native_prim_file_set_permissions_2(Process *p, const Term *args);
Term native_prim_file_set_owner_3(Process *p, const Term *args);
Term native_prim_file_set_time_4(Process *p, const Term *args);
Term native_prim_file_read_link_1(Process *p, const Term *args);
Term native_prim_file_list_dir_1(Process *p, const Term *args);
Term native_prim_file_make_dir_1(Process *p, const Term *args);
Term native_prim_file_del_file_1(Process *p, const Term *args);
Term native_prim_file_del_dir_1(Process *p, const Term *args);
Term native_prim_file_get_device_cwd_1(Process *p, const Term *args);
Term native_prim_file_set_cwd_1(Process *p, const Term *args);
Term native_prim_file_get_cwd_0(Process *p, const Term *args);
Term native_prim_file_read_file_1(Process *p, const Term *args);
Term native_prim_file_altname_1(Process *p, const Term *args);

#endif
