#include "loader/load.h"

int load_transform_command(int count, char **words) { return 1; }
