/* jobs.h - jobs of the fake platform, which the loop finishes when their time has come. */
#ifndef LING_FAKE_JOBS_H
#define LING_FAKE_JOBS_H

#include "vm/base/base.h"

bool fake_jobs_run(void);              /* those whose time has come; true if there were any */
int64_t fake_jobs_next_ns(void);       /* INT64_MAX: none */

#endif
