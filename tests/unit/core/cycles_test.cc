// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/cycles.h"

namespace caisson {
namespace {

using Components = std::vector<std::vector<std::size_t>>;

TEST(FindCyclicComponents, FindsNoneInATree) {
    EXPECT_EQ(find_cyclic_components({}), Components{});
    EXPECT_EQ(find_cyclic_components({{1, 2}, {3}, {3}, {}}), Components{});
}

TEST(FindCyclicComponents, FindsSelfEdgesAndCycles) {
    EXPECT_EQ(find_cyclic_components({{0}}), (Components{{0}}));
    EXPECT_EQ(find_cyclic_components({{1}, {0}}), (Components{{0, 1}}));
    EXPECT_EQ(find_cyclic_components({{3}, {2}, {1}, {4}, {0}, {0, 1}}),
              (Components{{0, 3, 4}, {1, 2}}));
}

TEST(FindCyclicComponents, JoinsCyclesThatMeet) {
    EXPECT_EQ(find_cyclic_components({{1}, {2}, {0, 3}, {2}}), (Components{{0, 1, 2, 3}}));
}

TEST(FindCyclicComponents, DoesNotRecurse) {
    Graph chain(1'000'000);
    for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        chain[i] = {i + 1};
    EXPECT_EQ(find_cyclic_components(chain), Components{});
    chain.back() = {0};
    EXPECT_EQ(find_cyclic_components(chain).front().size(), chain.size());
}

}  // namespace
}  // namespace caisson
