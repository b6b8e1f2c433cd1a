#include "otp_root.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/mem.h"

static char *copy_text(const char *text)
{
    return strcpy(mem_alloc(MEM_SYSTEM, strlen(text) + 1), text);
}

/* The newest erts-VSN below `root` whose preloaded modules are there. */
static bool find_erts(const char *root, char *version, size_t version_size)
{
    DIR *dir = opendir(root);
    struct dirent *entry;
    char best[NAME_MAX + 1] = "";

    if (!dir)
        return false;
    while ((entry = readdir(dir)))
        if (strncmp(entry->d_name, "erts-", 5) == 0 && strverscmp(entry->d_name + 5, best) > 0)
            snprintf(best, sizeof best, "%s", entry->d_name + 5);
    closedir(dir);
    snprintf(version, version_size, "%s", best);
    return best[0] != '\0';
}

/* Since OTP 24 the major versions go side by side; what stands in ROOT/releases may be an application's own release. */
static void release_of_erts(const char *erts_version, char *release, size_t size)
{
    snprintf(release, size, "%d", atoi(erts_version) + 12);
}

/* Links stay as they are: the root has the name that it was given. */
static bool absolute_path(const char *path, char *absolute, size_t size)
{
    char folder[PATH_MAX] = "";
    size_t length;

    if (path[0] != '/' && !getcwd(folder, sizeof folder))
        return false;
    if ((size_t)snprintf(absolute, size, "%s%s%s", folder, folder[0] ? "/" : "", path) >= size)
        return false;
    length = strlen(absolute);
    while (length > 1 && absolute[length - 1] == '/')
        absolute[--length] = '\0';
    return true;
}

static bool fill_in(const char *root, const char *erts, const char *bindir, OtpRoot *found)
{
    char release[64];

    release_of_erts(erts, release, sizeof release);
    found->root = copy_text(root);
    found->bindir = copy_text(bindir);
    found->erts_version = copy_text(erts);
    found->release = copy_text(release);
    return true;
}

static bool describe_root(const char *root, OtpRoot *found)
{
    char absolute[PATH_MAX], erts[NAME_MAX + 1], bindir[PATH_MAX + NAME_MAX + 16];

    if (!absolute_path(root, absolute, sizeof absolute) || !find_erts(absolute, erts, sizeof erts))
        return false;
    snprintf(bindir, sizeof bindir, "%s/erts-%s/bin", absolute, erts);
    return fill_in(absolute, erts, bindir, found);
}

/* SOMEWHERE/erts-VSN/bin: what comes before the first slash, and VSN. */
static bool split_bindir(const char *bindir, char *root, char *erts)
{
    const char *end = strrchr(bindir, '/'), *start;

    if (!end || strcmp(end, "/bin") != 0)
        return false;
    start = memrchr(bindir, '/', (size_t)(end - bindir));
    if (!start || strncmp(start, "/erts-", 6) != 0 || end - start - 6 > NAME_MAX)
        return false;
    snprintf(root, PATH_MAX, "%.*s", (int)(start - bindir), bindir);
    snprintf(erts, NAME_MAX + 1, "%.*s", (int)(end - start - 6), start + 6);
    return true;
}

/* What the start script of a release says: its own root, and the erts of one of several versions, or of an
 * installation elsewhere. */
static bool describe_environment(OtpRoot *found)
{
    const char *rootdir = getenv("ROOTDIR"), *bindir = getenv("BINDIR");
    char absolute[PATH_MAX], ignored[PATH_MAX], erts[NAME_MAX + 1];

    if (!rootdir || !absolute_path(rootdir, absolute, sizeof absolute))
        return false;
    if (bindir && access(bindir, X_OK) == 0 && split_bindir(bindir, ignored, erts))
        found->is_own = fill_in(absolute, erts, bindir, found);
    else
        found->is_own = describe_root(rootdir, found);
    return found->is_own;
}

static void cut_last(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash)
        *slash = '\0';
}

bool otp_root_program_folder(char *path)
{
    ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (size <= 0)
        return false;
    path[size] = '\0';
    cut_last(path);
    return true;
}

/* Installed as ROOT/erts-VSN/bin/..., the program belongs to that root. */
static bool describe_own_root(OtpRoot *found)
{
    char path[PATH_MAX], root[PATH_MAX], erts[NAME_MAX + 1];

    if (!otp_root_program_folder(path))
        return false;
    found->is_own = split_bindir(path, root, erts) && fill_in(root, erts, path, found);
    return found->is_own;
}

/* An `erl` in PATH leads through links to ROOT/bin/erl, or to ROOT/erts-VSN/bin. */
static bool describe_erl_in_path(OtpRoot *found)
{
    const char *path = getenv("PATH");
    char candidate[PATH_MAX], real[PATH_MAX], root[PATH_MAX], erts[NAME_MAX + 1];

    while (path && *path) {
        size_t size = strcspn(path, ":");

        snprintf(candidate, sizeof candidate, "%.*s/erl", (int)size, path);
        path += size + (path[size] == ':');
        if (access(candidate, X_OK) != 0 || !realpath(candidate, real))
            continue;
        cut_last(real);
        if (split_bindir(real, root, erts) ? describe_root(root, found) : (cut_last(real), describe_root(real, found)))
            return true;
    }
    return false;
}

/* The preloaded modules are files here: where OTP is installed, or beside the program, because a release holds no
 * erts application. */
static bool find_preloaded(OtpRoot *found)
{
    OtpRoot other = {0};
    char path[2 * PATH_MAX];

    snprintf(path, sizeof path, "%s/lib/erts-%s/ebin", found->root, found->erts_version);
    if (access(path, R_OK) != 0)
        snprintf(path, sizeof path, "%s/preloaded", found->bindir);
    if (access(path, R_OK) != 0 && describe_own_root(&other))
        snprintf(path, sizeof path, "%s/preloaded", other.bindir);
    if (access(path, R_OK) != 0 && (describe_root(LING_DEFAULT_OTP, &other) || describe_erl_in_path(&other)))
        snprintf(path, sizeof path, "%s/lib/erts-%s/ebin", other.root, found->erts_version);
    found->preloaded = copy_text(path);
    return access(path, R_OK) == 0;
}

static bool find_root(const char *asked, bool trust_environment, OtpRoot *found)
{
    const char *variable = getenv("LING_OTP");

    if (asked)
        return describe_root(asked, found);
    return (trust_environment && describe_environment(found))
        || (variable && describe_root(variable, found))
        || describe_own_root(found)
        || (LING_DEFAULT_OTP[0] && describe_root(LING_DEFAULT_OTP, found))
        || describe_erl_in_path(found);
}

bool otp_root_find(const char *asked, bool trust_environment, OtpRoot *found, char *why, size_t why_size)
{
    memset(found, 0, sizeof *found);
    if (!find_root(asked, trust_environment, found)) {
        if (asked)
            snprintf(why, why_size, "-root %s: no Erlang/OTP there (no erts-VERSION folder)", asked);
        else
            snprintf(why, why_size,
                     "no Erlang/OTP found: install it (Debian: apt-get install erlang-base erlang-nox), "
                     "or name its root with -root DIR or LING_OTP=DIR");
        return false;
    }
    if (!find_preloaded(found)) {
        snprintf(why, why_size, "%s: no preloaded modules of erts %s (%s)", found->root, found->erts_version, found->preloaded);
        return false;
    }
    return true;
}
