#include "exposition/server_text.h"

#include <utility>

namespace exposition {
namespace {

constexpr std::size_t kGuidText = 36;
constexpr std::string_view kGuidOpening = ",guid=\"";

std::size_t size_estimate(std::string_view server_labels, const std::vector<domain::Vm>& vms) {
  constexpr std::size_t kSyntax = std::string_view(R"(,tenant="",vm="",guid="")").size();
  std::size_t size = vms.size() * (server_labels.size() + kSyntax + kGuidText);
  for (const domain::Vm& vm : vms) size += vm.tenant.view().size() + vm.name.size();
  return size;
}

}  // namespace

ServerText::ServerText(std::string_view server, base::Shared<std::vector<domain::Vm>> vms)
    : server_(server), vms_(std::move(vms)) {
  append_label(server_labels_, "server", server);
  text_.reserve(size_estimate(server_labels_, *vms_));
  ends_.reserve(vms_->size());
  for (const domain::Vm& vm : *vms_) {
    note_tenant(vm.tenant, ends_.size());
    append(vm);
  }
}

bool ServerText::is_of(std::string_view server, const base::Shared<std::vector<domain::Vm>>& vms) const {
  return server_ == server && vms_ == vms;
}

LabelText ServerText::vm(std::size_t at) const {
  const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
  return {std::string_view(text_).substr(begin, ends_[at] - begin), 4};
}

LabelText ServerText::slim_vm(std::size_t at, std::string& buffer) const {
  const std::string_view full = vm(at).text;
  // A value has no quote without a backslash before it, so this is where the last label begins.
  buffer.assign(server_labels_).append(full.substr(full.rfind(kGuidOpening)));
  return {buffer, 2};
}

void ServerText::append(const domain::Vm& vm) {
  text_ += server_labels_;
  append_label(text_, "tenant", vm.tenant.view());
  append_label(text_, "vm", vm.name);
  append_label(text_, "guid", vm.id.text());
  ends_.push_back(text_.size());
}

void ServerText::note_tenant(const base::SharedText& tenant, std::size_t at) {
  if (tenants_.empty() || tenants_.back().tenant != tenant) tenants_.push_back({tenant, at, at});
  tenants_.back().last = at + 1;
}

}  // namespace exposition
