// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/keys.h"

#include <cstdio>

// The table of keys as the marks in man/caisson.toml.5 have them, one a line.
int main() {
    for (const caisson::Key& key : caisson::keys()) {
        const std::string path = caisson::key_path(key);
        std::printf("key %s%s\n", path.c_str(),
                    key.stage != 'n' && key.stage != 'i' ? "" : " not implemented yet");
    }
}
