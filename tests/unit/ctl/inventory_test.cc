// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/specifiers.h"
#include "fake_manager.h"

namespace caisson {
namespace {

class Finding : public WithPlaces {
protected:
    std::string service_of(std::string_view name) {
        const std::optional<Target> target = find_container(inventory, name);
        return target ? target->service : "";
    }
};

TEST_F(Finding, TakesNameAndUnit) {
    define("web");
    EXPECT_EQ(service_of("web"), "web.service");
    EXPECT_EQ(service_of("web.service"), "web.service");
    EXPECT_EQ(service_of("we"), "");
}

TEST_F(Finding, TakesTheUnitNameOfADefinitionThatHasItsOwn) {
    define("web").service = "frontend.service";
    EXPECT_EQ(service_of("web"), "frontend.service");
    EXPECT_EQ(service_of("frontend.service"), "frontend.service");
}

TEST_F(Finding, TakesInstances) {
    define("web@");
    EXPECT_EQ(service_of("web@blue"), "web@blue.service");
    EXPECT_EQ(service_of("web@a@b.service"), "web@a@b.service");
    EXPECT_EQ(service_of("web@"), "web@.service");
    EXPECT_EQ(service_of("web"), "");
}

TEST_F(Finding, ExpandsSpecifiersOfAnInstance) {
    define("web@");
    const SpecifierValues values = specifiers_of(*find_container(inventory, "web@srv-a\\x2db"));
    EXPECT_EQ(values.at('i'), "srv-a\\x2db");
    EXPECT_EQ(values.at('I'), "srv/a-b");
    EXPECT_EQ(values.at('n'), "web@srv-a\\x2db.service");
}

}  // namespace
}  // namespace caisson
