// SPDX-License-Identifier: LGPL-2.1-or-later
// Cycles of a directed graph.
#pragma once

#include <cstddef>
#include <vector>

namespace caisson {

// For each vertex, where its edges lead.
using Graph = std::vector<std::vector<std::size_t>>;

// The strongly connected components that hold a cycle: more than one vertex, or one with an edge
// to itself. Vertices and components are in ascending order. Linear, and no recursion.
std::vector<std::vector<std::size_t>> find_cyclic_components(const Graph& graph);

}  // namespace caisson
