// Checks the layouts that compiled programs rely on.
#include "penumbra.h"

_Static_assert(sizeof(penumbra_value) == 24, "penumbra_value is part of the binary interface");
_Static_assert(offsetof(penumbra_value, length) == 8, "so are its fields");
_Static_assert(sizeof(penumbra_options) == 88, "penumbra_options may only grow, at its end");
