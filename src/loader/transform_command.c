/* The part of load.h that is a program of its own: `ling --transform SOURCE... -o TARGET`.
 *
 * A .beam file named as a source becomes TARGET/<name>.ling. A folder is copied with all that lies in it,
 * and the .beam files in it are replaced by .ling files that keep their names, since that is what the code
 * server of OTP looks for. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/ling_file.h"
#include "loader/load.h"
#include "vm/base/mem.h"

static unsigned failure_count;
static unsigned file_count;

static void complain(const char *path, const char *why)
{
    fprintf(stderr, "ling --transform: %s: %s\n", path, why);
    failure_count++;
}

static bool read_whole(const char *path, Text *out)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    bool is_good = file >= 0 && fstat(file, &info) == 0;

    if (is_good) {
        size_t size = (size_t)info.st_size;

        is_good = read(file, text_room(out, size), size) == (ssize_t)size;
    }
    if (!is_good)
        complain(path, strerror(errno));
    if (file >= 0)
        close(file);
    return is_good;
}

static void write_whole(const char *path, const Text *bytes, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    if (file < 0 || write(file, bytes->bytes, bytes->size) != (ssize_t)bytes->size)
        complain(path, strerror(errno));
    if (file >= 0)
        close(file);
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t length = strlen(path), wanted = strlen(suffix);

    return length > wanted && strcmp(path + length - wanted, suffix) == 0;
}

static void copy_file(const char *from, const char *to, mode_t mode)
{
    Text bytes = {0};

    if (read_whole(from, &bytes))
        write_whole(to, &bytes, mode & 0777);
    text_free(&bytes);
}

static void transform_file(const char *from, const char *to)
{
    Text bytes = {0}, made = {0};
    LoadError error = {0};

    if (read_whole(from, &bytes)) {
        if (ling_file_make((const uint8_t *)bytes.bytes, bytes.size, &made, &error)) {
            write_whole(to, &made, 0644);
            file_count++;
        } else {
            complain(from, error.text);
        }
    }
    text_free(&bytes);
    text_free(&made);
}

static void copy_link(const char *from, const char *to)
{
    char target[PATH_MAX];
    ssize_t size = readlink(from, target, sizeof target - 1);

    if (size < 0) {
        complain(from, strerror(errno));
        return;
    }
    target[size] = 0;
    if (symlink(target, to) != 0 && errno != EEXIST)
        complain(to, strerror(errno));
}

static void join(char out[PATH_MAX], const char *folder, const char *name)
{
    if (snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        out[0] = 0;
}

/* One level of a tree; folders in it are put on the stack `todo`, as pairs of paths ending in NUL. */
static void transform_folder(const char *from, const char *to, Text *todo)
{
    DIR *folder = opendir(from);
    struct dirent *entry;

    if (!folder || (mkdir(to, 0755) != 0 && errno != EEXIST)) {
        complain(folder ? to : from, strerror(errno));
        if (folder)
            closedir(folder);
        return;
    }
    while ((entry = readdir(folder))) {
        char source[PATH_MAX], target[PATH_MAX];
        struct stat info;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        join(source, from, entry->d_name);
        join(target, to, entry->d_name);
        if (lstat(source, &info) != 0) {
            complain(source, strerror(errno));
        } else if (S_ISDIR(info.st_mode)) {
            text_add(todo, source, strlen(source) + 1);
            text_add(todo, target, strlen(target) + 1);
        } else if (S_ISLNK(info.st_mode)) {
            copy_link(source, target);
        } else if (S_ISREG(info.st_mode) && ends_in(source, ".beam")) {
            transform_file(source, target);
        } else if (S_ISREG(info.st_mode)) {
            copy_file(source, target, info.st_mode);
        }
    }
    closedir(folder);
}

static void transform_tree(const char *from, const char *to)
{
    Text todo = {0};

    text_add(&todo, from, strlen(from) + 1);
    text_add(&todo, to, strlen(to) + 1);
    for (size_t at = 0; at < todo.size;) {
        char source[PATH_MAX], target[PATH_MAX];

        snprintf(source, sizeof source, "%s", todo.bytes + at);
        at += strlen(todo.bytes + at) + 1;
        snprintf(target, sizeof target, "%s", todo.bytes + at);
        at += strlen(todo.bytes + at) + 1;
        transform_folder(source, target, &todo);
    }
    text_free(&todo);
}

static void transform_source(const char *source, const char *target)
{
    const char *slash = strrchr(source, '/');
    const char *name = slash ? slash + 1 : source;
    char path[PATH_MAX];
    struct stat info;

    if (stat(source, &info) != 0) {
        complain(source, strerror(errno));
    } else if (S_ISDIR(info.st_mode)) {
        transform_tree(source, target);
    } else {
        int length = (int)(ends_in(name, ".beam") ? strlen(name) - 5 : strlen(name));

        snprintf(path, sizeof path, "%s/%.*s.ling", target, length, name);
        transform_file(source, path);
    }
}

int load_transform_command(int count, char **words)
{
    const char *target = NULL;
    int source_count = 0;

    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "-o") == 0 && i + 1 < count)
            target = words[++i];
        else
            words[source_count++] = words[i];
    }
    if (!target || source_count == 0) {
        fprintf(stderr, "usage: ling --transform FILE_OR_FOLDER... -o FOLDER\n");
        return 2;
    }
    if (mkdir(target, 0755) != 0 && errno != EEXIST)
        complain(target, strerror(errno));
    for (int i = 0; i < source_count && failure_count == 0; i++)
        transform_source(words[i], target);
    if (failure_count == 0)
        printf("%u files transformed\n", file_count);
    return failure_count > 0;
}
