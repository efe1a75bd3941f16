"""What a PromQL expression asks for, held against the catalogue of docs/metrics.md: for the tests of dashboards and alerts.

    metrics_of('sum by (server) (rate(a_total{code="500"}[5m]))')   {"a_total": {"code"}}
    catalogue(DOCS / "metrics.md")                                  {"vprotect_up": ("gauge", ["server"]), ...}
    breaches(expr, catalogue)                                       what is wrong with it, a sentence each
    labels_of(expr, catalogue)                                      the labels that its results have

A metric that the catalogue does not know, as one that is recorded, may be added: catalogue | {name: ("gauge", labels)}. Labels are
None where any may be.
"""

import re
from dataclasses import dataclass, field

TARGET = {"job", "instance"}  # what Prometheus adds to each sample of a scrape
# What Prometheus makes itself.
PROMETHEUS = {"up": ("gauge", []), "ALERTS": ("gauge", None), "ALERTS_FOR_STATE": ("gauge", None)} | {
    f"scrape_{name}": ("gauge", []) for name in ("duration_seconds", "samples_scraped", "samples_post_metric_relabeling",
                                                 "series_added")}
SUFFIXES = {"_bucket": ["le"], "_sum": [], "_count": []}  # of a histogram's series, with the labels that they have more

TOKEN = re.compile(r"""
      (?P<space>\s+|\#[^\n]*)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    | (?P<number>(?:\d+(?:ms|[smhdwy]))+(?!\w)|0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|(?:NaN|Inf)\b
               |\$\{?\w+\}?)
    | (?P<word>[A-Za-z_][\w:]*)
    | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\[\],:@])
""", re.VERBOSE)
AGGREGATIONS = {"sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile"}
PRECEDENCE = {"or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, "<=": 3, "<": 3, ">=": 3, ">": 3,
              "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "atan2": 5, "^": 6}


@dataclass
class Literal:
    text: str


@dataclass
class Selector:
    name: str
    matchers: list = field(default_factory=list)  # (label, operator, value)


@dataclass
class Ranged:
    """x[range], or x[range:step]."""
    of: object
    range: str


@dataclass
class Call:
    function: str
    arguments: list


@dataclass
class Aggregation:
    operator: str
    arguments: list
    without: bool = False
    labels: list = field(default_factory=list)


@dataclass
class Binary:
    operator: str
    left: object
    right: object
    ignoring: bool = False
    on: list | None = None
    group: str = ""  # left or right
    include: list = field(default_factory=list)


def tokens(expr):
    """[(kind, text)]"""
    found, at = [], 0
    while at < len(expr):
        token = TOKEN.match(expr, at)
        if not token:
            raise SyntaxError(f"{expr[at:at + 20]!r} is no PromQL")
        at = token.end()
        if token.lastgroup != "space":
            found.append((token.lastgroup, token[0]))
    return found


class Parser:
    def __init__(self, expr):
        self.tokens = tokens(expr)

    def whole(self):
        tree = self.binary(1)
        if self.tokens:
            raise SyntaxError(f"{self.tokens[0][1]!r} is left over")
        return tree

    def peek(self):
        return self.tokens[0][1] if self.tokens else ""

    def take(self, *wanted):
        """The next token if it is one of these; of any, when none are named."""
        if self.tokens and (not wanted or self.peek() in wanted):
            return self.tokens.pop(0)[1]
        return ""

    def need(self, wanted):
        if not self.take(wanted):
            raise SyntaxError(f"{wanted!r} is missing before {self.peek()!r}")

    def binary(self, lowest):
        left = self.unary()
        while PRECEDENCE.get(self.peek(), 0) >= lowest:
            operator = self.take()
            self.take("bool")
            matching = self.matching()
            above = PRECEDENCE[operator] + (operator != "^")
            left = Binary(operator, left, self.binary(above), **matching)
        return left

    def matching(self):
        found = {}
        if kind := self.take("on", "ignoring"):
            found = {"ignoring": kind == "ignoring", "on": self.names()}
        if kind := self.take("group_left", "group_right"):
            found |= {"group": kind.removeprefix("group_"), "include": self.names() if self.peek() == "(" else []}
        return found

    def unary(self):
        if self.take("-", "+"):
            return self.unary()
        tree = self.atom()
        while self.peek() in ("[", "offset", "@"):
            tree = self.postfix(tree)
        return tree

    def postfix(self, tree):
        if self.take("["):
            text = ""
            while self.peek() not in ("]", ""):
                text += self.take()
            self.need("]")
            return Ranged(tree, text)
        self.take()
        self.take("-")
        self.atom()
        return tree

    def atom(self):
        if self.take("("):
            tree = self.binary(1)
            self.need(")")
            return tree
        if self.peek() == "{":
            return Selector("", self.matchers())
        if not self.tokens or self.tokens[0][0] == "sign":
            raise SyntaxError(f"{self.peek()!r} where a value is to be")
        kind, text = self.tokens.pop(0)
        return self.named(text) if kind == "word" else Literal(text)

    def named(self, name):
        if name in AGGREGATIONS and self.peek() in ("(", "by", "without"):
            return self.aggregation(name)
        if self.peek() == "(":
            return Call(name, self.arguments())
        return Selector(name, self.matchers())

    def aggregation(self, name):
        before = self.grouping()
        arguments = self.arguments()
        without, labels = before or self.grouping() or (False, [])
        return Aggregation(name, arguments, without, labels)

    def grouping(self):
        kind = self.take("by", "without")
        return (kind == "without", self.names()) if kind else None

    def listed(self, first, last, item):
        """What stands between two signs, with commas."""
        self.need(first)
        found = []
        while not self.take(last):
            found.append(item())
            if self.peek() != last:
                self.need(",")
        return found

    def arguments(self):
        return self.listed("(", ")", lambda: self.binary(1))

    def names(self):
        return self.listed("(", ")", self.take)

    def matchers(self):
        return self.listed("{", "}", self.matcher) if self.peek() == "{" else []

    def matcher(self):
        label, operator, value = self.take(), self.take("=", "!=", "=~", "!~"), self.take()
        if not operator or value[:1] not in ('"', "'", "`"):
            raise SyntaxError(f"{label}{operator}{value} is no matcher")
        return label, operator, value[1:-1]


def parse(expr):
    """The expression's tree, or a SyntaxError."""
    return Parser(expr).whole()


def parts_of(node):
    match node:
        case Ranged():
            return [node.of]
        case Call() | Aggregation():
            return node.arguments
        case Binary():
            return [node.left, node.right]
    return []


def walk(node, above=()):
    """(node, those around it, the nearest last) of all of the tree."""
    yield node, above
    for part in parts_of(node):
        yield from walk(part, (*above, node))


def selectors_of(expr):
    return [node for node, _ in walk(parse(expr)) if isinstance(node, Selector)]


def metrics_of(expr):
    """{name: the labels that its selectors match}"""
    found = {}
    for selector in selectors_of(expr):
        found.setdefault(selector.name, set()).update(label for label, _, _ in selector.matchers)
    return found


def catalogue(path):
    """{name: (type, labels)} of the tables of docs/metrics.md."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\|", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (kind, re.findall(r"`(\w+)`", labels)) for name, kind, labels in rows}


def entry(name, metrics):
    """(type, labels) of a series of this name, or None."""
    for suffix, more in SUFFIXES.items():
        kind, labels = metrics.get(name.removesuffix(suffix), ("", []))
        if name.endswith(suffix) and kind == "histogram":
            return "counter", labels + more
    return metrics.get(name) or PROMETHEUS.get(name)


def is_scalar(node):
    return isinstance(node, Literal) or isinstance(node, Call) and node.function in ("scalar", "time", "pi")


class Judge:
    """Works out which labels each part of an expression has, and what asks for one that it has not. None: any."""

    def __init__(self, metrics):
        self.metrics = metrics
        self.breaches = []

    def need(self, wanted, labels, what):
        for label in sorted(set(wanted) - labels if labels is not None else ()):
            self.breaches.append(f"{what} has no label {label}")

    def labels(self, node):
        match node:
            case Selector():
                return self.of_selector(node)
            case Ranged():
                return self.labels(node.of)
            case Call():
                return self.of_call(node)
            case Aggregation():
                return self.of_aggregation(node)
            case Binary():
                return self.of_binary(node)
        return set()

    def of_selector(self, node):
        known = entry(node.name, self.metrics)
        if known is None:
            self.breaches.append(f"there is no metric {node.name}")
        labels = TARGET | set(known[1]) if known and known[1] is not None else None
        self.need([label for label, _, _ in node.matchers], labels, node.name)
        return labels

    def of_call(self, node):
        within = [self.labels(argument) for argument in node.arguments]
        if node.function in ("absent", "absent_over_time"):
            return None
        if is_scalar(node) or not within or node.function == "vector":
            return set()
        labels = next((found for argument, found in zip(node.arguments, within) if not is_scalar(argument)), set())
        if labels is None:
            return None
        if node.function in ("label_replace", "label_join"):
            return labels | {node.arguments[1].text[1:-1]}
        return labels - {"le"} if node.function == "histogram_quantile" else labels

    def of_aggregation(self, node):
        labels = [self.labels(argument) for argument in node.arguments][-1]
        self.need(node.labels, labels, f"what {node.operator} is of")
        if node.operator in ("topk", "bottomk"):
            return labels
        made = {node.arguments[0].text[1:-1]} if node.operator == "count_values" else set()
        if node.without:
            return None if labels is None else labels - set(node.labels) | made
        return set(node.labels) | made

    def of_binary(self, node):
        left, right = self.labels(node.left), self.labels(node.right)
        if is_scalar(node.left) or is_scalar(node.right):
            return right if is_scalar(node.left) else left
        if node.on is not None and not node.ignoring:
            self.need(node.on, left, f"what is left of {node.operator}")
            self.need(node.on, right, f"what is right of {node.operator}")
        if node.operator in ("and", "unless", "or"):
            return left if node.operator != "or" or left == right else None
        many, one = (right, left) if node.group == "right" else (left, right)
        self.need(node.include, one, "the one side")
        if node.group or many is None:
            return None if many is None else many | set(node.include)
        return many if node.on is None else many - set(node.on) if node.ignoring else set(node.on)


def breaches(expr, metrics):
    """What in it is no PromQL, no metric, or no label of what it is asked of."""
    try:
        judge = Judge(metrics)
        judge.labels(parse(expr))
        return judge.breaches
    except SyntaxError as error:
        return [str(error)]


def labels_of(expr, metrics):
    """The labels of its results; None: any."""
    return Judge(metrics).labels(parse(expr))
