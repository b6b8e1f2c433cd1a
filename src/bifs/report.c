#include "bifs/report.h"

#include "io/io_file.h"
#include "io/io_loop.h"
#include "io/io_time.h"
#include "vm/term/print.h"

enum { FLUSH_BYTES = 64 * 1024 };

/* Report.bytes_left when nothing more is to be written. */
#define ENDED (-1)

static bool write_bytes(const Report *report, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        IoBytes part = {(const uint8_t *)bytes + done, size - done};
        int64_t written = io_file_write(report->handle, &part, 1);

        if (written == IO_EAGAIN)
            io_stream_wait_writable(report->handle, IO_FOREVER);
        else if (written < 0)
            return false;
        else
            done += (size_t)written;
    }
    return true;
}

/* As much as may still be written; the reader is told where the limit cut it. */
static void write_to_limit(Report *report)
{
    static const char note[] = "\n=abort:CRASH DUMP SIZE LIMIT REACHED\n";
    size_t size = (size_t)MIN((int64_t)report->text.size, report->bytes_left);
    bool goes_on = write_bytes(report, report->text.bytes, size);

    if (goes_on && size < report->text.size) {
        write_bytes(report, note, sizeof note - 1);
        goes_on = false;
    }
    report->bytes_left = goes_on ? report->bytes_left - (int64_t)size : ENDED;
}

static void write_all(Report *report)
{
    if (report->deadline_ns != INT64_MAX && io_monotonic_ns() > report->deadline_ns)
        report->bytes_left = ENDED;
    if (report->bytes_left != ENDED)
        write_to_limit(report);
    report->text.size = 0;
}

void report_pause(Report *report)
{
    if (report->handle >= 0 && report->text.size >= FLUSH_BYTES)
        write_all(report);
}

void report_end(Report *report)
{
    write_all(report);
    text_free(&report->text);
}

void report_term(Report *report, const char *label, Term t, const char *behind)
{
    text_add_string(&report->text, label);
    term_print(&report->text, t, REPORT_TERM_CHARACTERS);
    text_add_string(&report->text, behind);
}
