#include "web/schema.h"

#include <utility>

namespace web::schema {

Json text_schema(const std::vector<std::string_view>& words) {
  Json schema{{"type", "string"}};
  if (!words.empty()) schema["enum"] = words;
  return schema;
}

Json text_like(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

Json texts_schema() { return {{"type", "array"}, {"items", {{"type", "string"}}}}; }

Json time_schema() { return {{"type", "string"}, {"format", "date-time"}}; }

Json integer_schema(std::int64_t least) { return {{"type", "integer"}, {"minimum", least}}; }

Json object(Json properties, Json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json ref(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

Json array_of(const std::string& item) { return {{"type", "array"}, {"items", ref(item)}}; }

Json about(Json schema, const std::string& description) {
  schema["description"] = description;
  return schema;
}

Json text(const std::string& description) { return about(text_schema({}), description); }

Json flag(const std::string& description) { return about({{"type", "boolean"}}, description); }

Json short_text(const std::string& description) {
  Json schema = text(description);
  schema["maxLength"] = 1000;
  return schema;
}

Json with_example(Json schema, Json example) {
  schema["examples"] = Json::array({std::move(example)});
  return schema;
}

}  // namespace web::schema
