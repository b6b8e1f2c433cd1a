#include "bifs/loop_limit.h"

int64_t loop_limits[LOOP_LIMIT_COUNT] = {INT64_MAX, INT64_MAX, INT64_MAX};
