#include "domain/owner.h"

#include <gtest/gtest.h>

namespace domain {
namespace {

Vm vm(const std::string& tenant, const std::string& uuid, const std::string& guid,
      const std::string& project = "") {
  Vm vm;
  vm.tenant = base::SharedText(tenant);
  vm.project = {.guid = base::SharedText(guid), .name = base::SharedText(project)};
  vm.project_uuid = base::SharedText(uuid);
  return vm;
}

std::string owner_of(const std::string& vendor_name, const std::string& tenant_id,
                     const std::vector<TenantRule>& rules, const std::vector<Vm>& vms) {
  return Owners(rules, vms).of(vendor_name, base::SharedText(tenant_id)).str();
}

TEST(OwnedName, ComesBackAsItWas) {
  for (const char* name : {"Gold", "a_b", "uuid_p2_Gold", "_", " "}) {
    const std::string owned = owned_name("p1", name);
    EXPECT_EQ(split_name(owned).project, "p1") << name;
    EXPECT_EQ(split_name(owned).name, name);
  }
}

TEST(OwnedName, IsNobodysWhereAPartIsMissing) {
  for (const char* name : {"Gold", "", "uuid_", "uuid_p1", "uuid_p1_", "uuid__Gold", "UUID_p1_Gold"}) {
    EXPECT_EQ(split_name(name).project, "") << name;
    EXPECT_EQ(split_name(name).name, name);
  }
}

TEST(Owners, AreFoundByTheProjectsOfTheirVms) {
  const std::vector<Vm> vms{vm("finance", "Aa-1", "g1"), vm("web", "", "g2")};
  EXPECT_EQ(owner_of("uuid_aA-1_Gold", "", {}, vms), "finance");
  EXPECT_EQ(owner_of("uuid_G1_Gold", "", {}, vms), "finance");
  EXPECT_EQ(owner_of("uuid_g2_Gold", "", {}, vms), "web");
  EXPECT_EQ(owner_of("uuid_g3_Gold", "", {}, vms), "");
  EXPECT_EQ(owner_of("Gold", "", {}, vms), "");
}

TEST(Owners, AreFoundByTheTenantIdBeforeTheName) {
  const std::vector<Vm> vms{vm("finance", "p1", ""), vm("web", "p2", "")};
  EXPECT_EQ(owner_of("uuid_p1_Gold", "p2", {}, vms), "web");
  EXPECT_EQ(owner_of("Gold", "p1", {}, vms), "finance");
}

TEST(Owners, AreFoundByTheProjectsOfTheConfiguration) {
  const std::vector<TenantRule> rules{{"finance", {"Ledger", "AB-1"}}, {"web", {"ledger"}}};
  EXPECT_EQ(owner_of("uuid_ab-1_Gold", "", rules, {}), "finance");
  EXPECT_EQ(owner_of("uuid_Ledger_Gold", "", rules, {}), "finance");
  EXPECT_EQ(owner_of("uuid_ledger_Gold", "", rules, {}), "web");
}

TEST(ProjectOf, IsThePlatformsIdThenTheGuidThenWhatIsConfigured) {
  const std::vector<TenantRule> rules{{"finance", {"p9", "p8"}}};
  EXPECT_EQ(project_of("finance", rules, {vm("web", "p1", "g1"), vm("finance", "p2", "g2")}), "p2");
  EXPECT_EQ(project_of("finance", rules, {vm("finance", "", "g2")}), "g2");
  EXPECT_EQ(project_of("finance", rules, {vm("finance", "", "", "ledger")}), "p9");
  EXPECT_EQ(project_of("web", rules, {}), "");
}

// "uuid_fin_prod_Gold" would be read as "prod_Gold" of a project "fin".
TEST(ProjectOf, IsNothingThatWouldBeReadAsAnothersProject) {
  EXPECT_EQ(project_of("finance", {{"finance", {"fin_prod"}}, {"fin", {"fin"}}}, {}), "");
  EXPECT_EQ(project_of("finance", {{"finance", {"fin_prod", "p1"}}}, {}), "p1");
  EXPECT_EQ(project_of("finance", {}, {vm("finance", "a_b", "g1")}), "g1");
}

}  // namespace
}  // namespace domain
