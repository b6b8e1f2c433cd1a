#include "bifs/report.h"

#include "io/io_file.h"
#include "io/io_loop.h"
#include "io/io_time.h"
#include "vm/term/print.h"

enum { FLUSH_BYTES = 64 * 1024 };

static void write_all(Report *report)
{
    size_t size, done = 0;

    if (report->deadline_ns != INT64_MAX && io_monotonic_ns() > report->deadline_ns)
        report->bytes_left = 0;
    size = (size_t)MIN((int64_t)report->text.size, report->bytes_left);
    while (done < size) {
        IoBytes part = {report->text.bytes + done, size - done};
        int64_t written = io_file_write(report->handle, &part, 1);

        if (written == IO_EAGAIN)
            io_stream_wait_writable(report->handle, IO_FOREVER);
        else if (written < 0)
            break;
        else
            done += (size_t)written;
    }
    report->bytes_left = done < size ? 0 : report->bytes_left - (int64_t)done;
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
