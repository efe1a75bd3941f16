#include "domain/id.h"

#include <gtest/gtest.h>

#include "domain/tenant.h"

namespace {

using domain::Guid;

TEST(Guid, ComparesUuidsWithoutRegardToCase) {
  EXPECT_EQ(Guid("3C1B7A52-0D5E-4A44-9E0B-5A1F6F0C2D11"), Guid("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"));
  EXPECT_EQ(Guid("3C1B7A52-0D5E-4A44-9E0B-5A1F6F0C2D11").text(), "3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11");
}

TEST(Guid, KeepsAnyOtherTextAsItIs) {
  for (const char* text : {"f1a7", "Odd ID", "3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d1",
                           "3c1b7a52+0d5e-4a44-9e0b-5a1f6f0c2d11", "3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d1g"}) {
    EXPECT_EQ(Guid(text).text(), text);
  }
  EXPECT_NE(Guid("abc"), Guid("ABC"));
}

TEST(Guid, IsEmptyOnlyWithoutText) {
  EXPECT_TRUE(Guid().empty());
  EXPECT_TRUE(Guid("").empty());
  EXPECT_FALSE(Guid("00000000-0000-0000-0000-000000000000").empty());
}

domain::Vm vm_of(std::string_view guid, std::string_view name) {
  domain::Vm vm;
  vm.project = {.guid = base::SharedText(guid), .name = base::SharedText(name)};
  return vm;
}

TEST(Tenant, IsTheConfiguredOneByGuidUuidOrName) {
  const std::vector<domain::TenantRule> rules{{"finance", {"AB-1", "payroll", "os-77"}}};
  domain::Vm by_uuid = vm_of("xx", "other");
  by_uuid.project_uuid = base::SharedText("os-77");
  EXPECT_EQ(domain::tenant_of(vm_of("ab-1", "x"), rules).view(), "finance");
  EXPECT_EQ(domain::tenant_of(vm_of("xx", "payroll"), rules).view(), "finance");
  EXPECT_EQ(domain::tenant_of(by_uuid, rules).view(), "finance");
  EXPECT_EQ(domain::tenant_of(vm_of("xx", "Payroll"), rules).view(), "Payroll");
}

TEST(Tenant, IsElseTheProjectsNameOrUnassigned) {
  EXPECT_EQ(domain::tenant_of(vm_of("xx", "research"), {}).view(), "research");
  EXPECT_EQ(domain::tenant_of(domain::Vm{}, {}).view(), "unassigned");
}

}  // namespace
