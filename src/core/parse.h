// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's merged table into its Spec.
#pragma once

#include "core/definition.h"
#include "core/spec.h"

namespace caisson {

// Always yields a Spec, as far as it could be read: what is wrong is in `diagnostics`, all of it,
// and more can be found in the rest.
ContainerSpec parse_container(const Resource& resource, const SourceFile& source,
                              Diagnostics& diagnostics);

}  // namespace caisson
