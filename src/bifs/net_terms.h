/* net_terms.h - addresses of sockets as maps, and the small conversions that prim_socket and prim_net share. */
#ifndef LING_NET_TERMS_H
#define LING_NET_TERMS_H

#include "io/io_error.h"
#include "io/io_net_address.h"
#include "io/io_net_option.h"
#include "vm/proc/raise.h"
#include "vm/term/bits.h"
#include "vm/term/map.h"

/* #{family => inet, addr => {127,0,0,1}, port => 80} and kin. Size 0: as long as the family's addresses are. */
Term net_address_term(Heap *heap, const void *bytes, size_t size);
/* False: it is no such map. */
bool net_address_get(Term t, IoNetAddress *address);
/* {A,B,C,D} of 4 bytes; `any`, `loopback` and `broadcast` are known as well. */
Term net_inet_term(Heap *heap, const uint8_t *bytes);
bool net_inet_get(Term t, uint8_t bytes[4]);
/* {A,B,C,D,E,F,G,H} of 16 bytes. */
Term net_inet6_term(Heap *heap, const uint8_t *bytes);
bool net_inet6_get(Term t, uint8_t bytes[16]);

/* inet, inet6, local, unspec, or the number. */
Term net_domain_term(int number);
bool net_domain_get(Term t, int *number);
/* The atom that a number goes by, or the number. */
Term net_name_term(Heap *heap, const IoNetName *table, int64_t number);
/* The number that an atom stands for; false if it is none of these. */
bool net_name_get(const IoNetName *table, Term t, int64_t *number);

bool net_int_get(Term t, int *number);
bool net_uint_get(Term t, uint32_t *number);
/* The value under a key of what may be a map; NO_TERM. */
static inline Term net_field(Term map, Term key) { return is_map(map) ? map_find(map, key) : NO_TERM; }
/* The name of an interface: a list of bytes, of which as many count as fit. */
bool net_text_get(Term t, char *text, size_t size);

/* The bytes of a binary or of an iolist. */
typedef struct NetBytes {
    const uint8_t *bytes;
    size_t size;
    BitsBytes binary;
    uint8_t *gathered;                  /* null: they are the binary's own */
} NetBytes;
bool net_bytes_get(Term t, NetBytes *out);
void net_bytes_free(NetBytes *bytes);

Term net_error(Process *p, int64_t code);       /* {error, einval} */

#endif
