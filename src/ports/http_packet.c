/* Lines of HTTP/1: start lines and headers, as terms. */
#include <string.h>
#include <strings.h>

#include "ports/packet.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"

/* Longer header names are not put into normal form. */
#define MAX_NORMAL_NAME 50

typedef struct Name {
    const char *text;
    size_t size;
    Term atom;                  /* once it was asked for, else NO_TERM */
} Name;

#define NAME(text) {text, sizeof text - 1, NO_TERM}

/* Their places in this list, from 1 on, are part of the packets. */
static Name header_names[] = {
    NAME("Cache-Control"), NAME("Connection"), NAME("Date"), NAME("Pragma"), NAME("Transfer-Encoding"),
    NAME("Upgrade"), NAME("Via"), NAME("Accept"), NAME("Accept-Charset"), NAME("Accept-Encoding"),
    NAME("Accept-Language"), NAME("Authorization"), NAME("From"), NAME("Host"), NAME("If-Modified-Since"),
    NAME("If-Match"), NAME("If-None-Match"), NAME("If-Range"), NAME("If-Unmodified-Since"), NAME("Max-Forwards"),
    NAME("Proxy-Authorization"), NAME("Range"), NAME("Referer"), NAME("User-Agent"), NAME("Age"), NAME("Location"),
    NAME("Proxy-Authenticate"), NAME("Public"), NAME("Retry-After"), NAME("Server"), NAME("Vary"), NAME("Warning"),
    NAME("Www-Authenticate"), NAME("Allow"), NAME("Content-Base"), NAME("Content-Encoding"), NAME("Content-Language"),
    NAME("Content-Length"), NAME("Content-Location"), NAME("Content-Md5"), NAME("Content-Range"),
    NAME("Content-Type"), NAME("Etag"), NAME("Expires"), NAME("Last-Modified"), NAME("Accept-Ranges"),
    NAME("Set-Cookie"), NAME("Set-Cookie2"), NAME("X-Forwarded-For"), NAME("Cookie"), NAME("Keep-Alive"),
    NAME("Proxy-Connection"),
};
static Name methods[] = {NAME("OPTIONS"), NAME("GET"), NAME("HEAD"), NAME("POST"), NAME("PUT"), NAME("DELETE"), NAME("TRACE")};

/* The place in the list; `count`: it is not there. */
static size_t find_name(const Name *names, size_t count, const uint8_t *text, size_t size)
{
    size_t i = 0;

    while (i < count && (names[i].size != size || memcmp(names[i].text, text, size) != 0))
        i++;
    return i;
}

static Term name_atom(Name *name)
{
    if (name->atom == NO_TERM)
        name->atom = atom_from_text(name->text);
    return name->atom;
}

/* What is left of a line. */
typedef struct Line {
    Heap *heap;
    bool binaries;              /* strings become binaries */
    const uint8_t *at;
    size_t left;
} Line;

static Term string(const Line *line, const uint8_t *bytes, size_t size)
{
    return line->binaries ? bits_new(line->heap, bytes, size) : list_from_bytes(line->heap, bytes, size, TERM_NIL);
}

static bool is_space(uint8_t byte) { return byte == ' ' || byte == '\t'; }

/* May it be part of a method or header name? */
static bool is_token(uint8_t byte)
{
    /* One bit for each byte below 128: all that can be printed but blanks and ()<>@,;:\"/[]?={} */
    static const uint64_t tokens[] = {0x03ff6cfa00000000, 0x57ffffffc7fffffe};

    return byte < 128 && (tokens[byte / 64] >> byte % 64 & 1);
}

static void advance(Line *line, size_t count)
{
    line->at += count;
    line->left -= count;
}

static size_t skip_spaces(Line *line)
{
    size_t count = 0;

    while (count < line->left && is_space(line->at[count]))
        count++;
    advance(line, count);
    return count;
}

static bool starts_with(const Line *line, const char *text)
{
    size_t size = strlen(text);

    return line->left >= size && memcmp(line->at, text, size) == 0;
}

/* Digits, maybe none; false if there are so many that the number is absurd. */
static bool read_number(Line *line, int64_t *number, size_t *digits)
{
    *number = 0;
    for (*digits = 0; line->left > 0 && *line->at >= '0' && *line->at <= '9'; advance(line, 1), ++*digits)
        if (*digits < 10)
            *number = *number * 10 + (*line->at - '0');
    return *digits < 10;
}

/* What follows "HTTP/": Major.Minor. NO_TERM: something else. */
static Term read_version(Line *line)
{
    int64_t major, minor;
    size_t digits;

    if (!read_number(line, &major, &digits) || digits == 0 || line->left == 0 || *line->at != '.')
        return NO_TERM;
    advance(line, 1);
    if (!read_number(line, &minor, &digits) || digits == 0)
        return NO_TERM;
    return tuple_2(line->heap, small_int(major), small_int(minor));
}

static Term read_response(Line *line)
{
    Term version;
    int64_t status;
    size_t digits;

    advance(line, strlen("HTTP/"));
    version = read_version(line);
    if (version == NO_TERM || skip_spaces(line) == 0)
        return NO_TERM;
    if (!read_number(line, &status, &digits) || (skip_spaces(line) == 0 && line->left > 0))
        return NO_TERM;
    return tuple_4(line->heap, A_HTTP_RESPONSE, version, small_int(status), string(line, line->at, line->left));
}

/* Host[:Port][/Path] */
static Term absolute_uri(const Line *line, Term scheme, const uint8_t *uri, size_t size)
{
    const uint8_t *path = memchr(uri, '/', size);
    size_t host_size = path ? (size_t)(path - uri) : size;
    const uint8_t *colon = memchr(uri, ':', host_size);
    Term path_term = path ? string(line, path, size - host_size) : string(line, (const uint8_t *)"/", 1);
    Term port = A_UNDEFINED;

    if (colon) {
        Line rest = {.at = colon + 1, .left = host_size - (size_t)(colon - uri) - 1};
        int64_t number;
        size_t digits;
        if (read_number(&rest, &number, &digits) && rest.left == 0 && number != 0)
            port = small_int(number);
        host_size = (size_t)(colon - uri);
    }
    return tuple_5(line->heap, A_ABSOLUTEURI, scheme, string(line, uri, host_size), port, path_term);
}

static Term uri_to_term(const Line *line, const uint8_t *uri, size_t size)
{
    const uint8_t *colon;
    size_t scheme;

    if (size == 1 && uri[0] == '*')
        return A_ASTERISK;
    if (size <= 1 || uri[0] == '/')
        return tuple_2(line->heap, A_ABS_PATH, string(line, uri, size));
    if (size >= 7 && strncasecmp((const char *)uri, "http://", 7) == 0)
        return absolute_uri(line, A_HTTP, uri + 7, size - 7);
    if (size >= 8 && strncasecmp((const char *)uri, "https://", 8) == 0)
        return absolute_uri(line, A_HTTPS, uri + 8, size - 8);
    colon = memchr(uri, ':', size);
    if (!colon)
        return string(line, uri, size);
    scheme = (size_t)(colon - uri);
    return tuple_3(line->heap, A_SCHEME, string(line, uri, scheme), string(line, colon + 1, size - scheme - 1));
}

static Term method_to_term(const Line *line, const uint8_t *method, size_t size)
{
    size_t known = find_name(methods, ARRAY_SIZE(methods), method, size);

    return known < ARRAY_SIZE(methods) ? name_atom(&methods[known]) : string(line, method, size);
}

static Term read_request(Line *line)
{
    const uint8_t *method = line->at;
    const uint8_t *uri;
    size_t method_size, uri_size;
    Term version;

    while (line->left > 0 && is_token(*line->at))
        advance(line, 1);
    method_size = (size_t)(line->at - method);
    if (method_size == 0 || skip_spaces(line) == 0)
        return NO_TERM;
    uri = line->at;
    while (line->left > 0 && !is_space(*line->at))
        advance(line, 1);
    uri_size = (size_t)(line->at - uri);
    if (uri_size == 0)
        return NO_TERM;
    skip_spaces(line);
    if (line->left == 0) {
        version = tuple_2(line->heap, small_int(0), small_int(9));
    } else {
        if (line->left < 8 || !starts_with(line, "HTTP/"))
            return NO_TERM;
        advance(line, strlen("HTTP/"));
        version = read_version(line);
        if (version == NO_TERM)
            return NO_TERM;
    }
    return tuple_4(line->heap, A_HTTP_REQUEST, method_to_term(line, method, method_size),
                   uri_to_term(line, uri, uri_size), version);
}

/* Every word of a name begins with a capital. */
static void normalise(const uint8_t *name, size_t size, uint8_t *to)
{
    bool upper = true;

    for (size_t i = 0; i < size; i++) {
        uint8_t c = name[i];
        if (upper && c >= 'a' && c <= 'z')
            c = (uint8_t)(c - 32);
        else if (!upper && c >= 'A' && c <= 'Z')
            c = (uint8_t)(c + 32);
        upper = !upper && c == '-';
        to[i] = c;
    }
}

static Term read_header(Line *line)
{
    const uint8_t *name = line->at;
    uint8_t normal[MAX_NORMAL_NAME];
    size_t size;
    size_t index = 0;
    Term field;

    while (line->left > 0 && is_token(*line->at))
        advance(line, 1);
    if (line->left == 0 || *line->at != ':')
        return NO_TERM;
    size = (size_t)(line->at - name);
    if (size <= MAX_NORMAL_NAME) {
        normalise(name, size, normal);
        index = find_name(header_names, ARRAY_SIZE(header_names), normal, size) + 1;
        if (index > ARRAY_SIZE(header_names))
            index = 0;
        field = index > 0 ? name_atom(&header_names[index - 1]) : string(line, normal, size);
    } else {
        field = string(line, name, size);
    }
    advance(line, 1);
    skip_spaces(line);
    return tuple_5(line->heap, A_HTTP_HEADER, small_int((int64_t)index), field, string(line, name, size),
                   string(line, line->at, line->left));
}

Term packet_http_to_term(Heap *heap, PacketRules *rules, const uint8_t *bytes, size_t size)
{
    Line line = {.heap = heap, .at = bytes, .left = size};
    Term term;

    line.binaries = rules->type == PACKET_HTTP_BIN || rules->type == PACKET_HTTPH_BIN;
    if (size >= 2 && bytes[size - 2] == '\r')
        line.left -= 2;
    else if (size >= 1 && bytes[size - 1] == '\n')
        line.left -= 1;
    if (!rules->in_headers) {
        term = starts_with(&line, "HTTP/") ? read_response(&line) : read_request(&line);
        rules->in_headers = term != NO_TERM;
    } else if (line.left == 0) {
        rules->in_headers = false;
        return A_HTTP_EOH;
    } else {
        term = read_header(&line);
    }
    return term != NO_TERM ? term : tuple_2(heap, A_HTTP_ERROR, string(&line, bytes, size));
}
