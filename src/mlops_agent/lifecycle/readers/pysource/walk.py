"""One pass over a module's syntax tree: it fills the scopes and notes what may become a fact.

It knows blocks, branches and handlers, and no meaning: names are resolved only after the pass,
when every binding of the file is known. The pass keeps its own stack, so nesting cannot exhaust
Python's.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from mlops_agent.lifecycle.readers.pysource.branches import Lines, leaves, only_raises
from mlops_agent.lifecycle.readers.pysource.context import Context, Guard
from mlops_agent.lifecycle.readers.pysource.expressions import Expressions
from mlops_agent.lifecycle.readers.pysource.scopes import Binding, Scope
from mlops_agent.lifecycle.readers.pysource.sites import (
    AssignSite,
    DefinitionSite,
    FunctionNode,
    ImportSite,
)
from mlops_agent.lifecycle.readers.pysource.targets import bind, bind_opaque, target_text


@dataclass(slots=True)
class Walk:
    """What one pass found, in no particular order."""

    package: str
    module: Scope = field(default_factory=lambda: Scope(""))
    assigns: list[AssignSite] = field(default_factory=list[AssignSite])
    imports: list[ImportSite] = field(default_factory=list[ImportSite])
    definitions: list[DefinitionSite] = field(default_factory=list[DefinitionSite])
    main_guards: list[ast.If] = field(default_factory=list[ast.If])
    stars: list[str] = field(default_factory=list[str])
    classes: dict[str, Scope] = field(default_factory=dict[str, Scope])
    functions: dict[str, Scope] = field(default_factory=dict[str, Scope])
    expressions: Expressions = field(default_factory=Expressions)
    _blocks: list[tuple[list[ast.stmt], Context]] = field(
        default_factory=list[tuple[list[ast.stmt], Context]]
    )

    def run(self, tree: ast.Module) -> None:
        """Walk `tree` whole; bindings stand in line order afterwards."""
        if tree.body:
            end = tree.body[-1].end_lineno or 1
            self._blocks.append((tree.body, Context(self.module, reach=end)))
        while self._blocks:
            body, context = self._blocks.pop()
            for place, statement in enumerate(body):
                last = place + 1 == len(body)
                rest = None if last else (body[place + 1].lineno, _end(body))
                self._statement(statement, context, rest)
        self._sort()

    def _sort(self) -> None:
        scopes = [self.module, *self.classes.values(), *self.functions.values()]
        for scope in scopes:
            for table in (scope.names, scope.attributes):
                for bindings in table.values():
                    if len(bindings) > 1:
                        bindings.sort(key=lambda b: b.line)

    def _statement(self, node: ast.stmt, context: Context, rest: Lines | None) -> None:
        match node:
            case ast.Expr():
                self.expressions.walk(node.value, context, used=False)
            case ast.Assign():
                self._assign(node.targets, node.value, context)
            case ast.If():
                self._if(node, context, rest)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, context)
            case ast.ClassDef():
                self._class(node, context)
            case ast.Import() | ast.ImportFrom():
                self._import(node, context)
            case _:
                self._rarer(node, context, rest)

    def _rarer(self, node: ast.stmt, context: Context, rest: Lines | None) -> None:
        match node:
            case ast.AnnAssign():
                self._annotated(node, context)
            case ast.AugAssign():
                bind_opaque(node.target, context)
                self.expressions.walk(node.value, context)
            case ast.Return():
                self._return(node, context)
            case ast.With() | ast.AsyncWith():
                self._with(node, context)
            case ast.For() | ast.AsyncFor():
                bind_opaque(node.target, context)
                self.expressions.walk(node.iter, context)
                self._inner(node.body, context)
                self._inner(node.orelse, context)
            case ast.While():
                self._while(node, context)
            case _:
                self._rarest(node, context, rest)

    def _rarest(self, node: ast.stmt, context: Context, rest: Lines | None) -> None:
        match node:
            case ast.Assert():
                self.expressions.test(node.test, context, "assert", rest, None)
                self._optional(node.msg, context)
            case ast.Raise():
                self._optional(node.exc, context, raised=True)
                self._optional(node.cause, context)
            case ast.Try() | ast.TryStar():
                self._try(node, context)
            case ast.Match():
                self._match(node, context)
            case ast.Global():
                context.scope.outer.update(node.names)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expressions.walk(child, context)

    def _inner(self, body: list[ast.stmt], context: Context) -> None:
        if body:
            self._blocks.append((body, replace(context, reach=_end(body))))

    def _if(self, node: ast.If, context: Context, rest: Lines | None) -> None:
        if _is_main_guard(node.test):
            self.main_guards.append(node)
            self._blocks.append((node.body, context))
            self._inner(node.orelse, context)
            return
        way = leaves(node.body)
        otherwise = (node.orelse[0].lineno, _end(node.orelse)) if node.orelse else None
        if way and rest:
            end = context.reach if way == "function" else rest[1]
            otherwise = (otherwise[0] if otherwise else rest[0], end)
        decides = "raise" if only_raises(node.body) else "if"
        controls = (node.body[0].lineno, _end(node.body))
        self.expressions.test(node.test, context, decides, controls, otherwise)
        self._inner(node.body, context.under(Guard(node.test)))
        self._inner(node.orelse, context.under(Guard(node.test, negated=True)))

    def _while(self, node: ast.While, context: Context) -> None:
        self.expressions.test(
            node.test, context, "while", (node.body[0].lineno, _end(node.body)), None
        )
        self._inner(node.body, context.under(Guard(node.test)))
        self._inner(node.orelse, context)

    def _with(self, node: ast.With | ast.AsyncWith, context: Context) -> None:
        for item in node.items:
            target = item.optional_vars
            name = target.id if isinstance(target, ast.Name) else None
            self.expressions.walk(item.context_expr, context, assigned=name)
            if target is not None:
                binding = Binding("context", node.lineno, item.context_expr)
                bind(target, binding, context)
        self._blocks.append((node.body, context))

    def _try(self, node: ast.Try | ast.TryStar, context: Context) -> None:
        tolerant = any(leaves(h.body, only_errors=True) == "" for h in node.handlers)
        inside = replace(context, handler=True) if tolerant else context
        self._inner(node.body, inside)
        for handler in node.handlers:
            if handler.name:
                context.scope.bind(handler.name, Binding("opaque", handler.lineno))
            self._inner(handler.body, context)
        self._inner(node.orelse, context)
        self._inner(node.finalbody, context)

    def _match(self, node: ast.Match, context: Context) -> None:
        self.expressions.walk(node.subject, context)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None)
                if isinstance(name, str):
                    context.scope.bind(name, Binding("opaque", node.lineno))
            guard = case.guard
            if guard is not None:
                self.expressions.walk(guard, context)
            self._inner(case.body, context.under(Guard(guard)) if guard else context)

    def _return(self, node: ast.Return, context: Context) -> None:
        if node.value is not None:
            context.scope.returns.append(node.value)
            self.expressions.walk(node.value, context, decides="return")

    def _optional(self, node: ast.expr | None, context: Context, raised: bool = False) -> None:
        if node is not None:
            self.expressions.walk(node, context, raised=raised)

    # definitions and bindings

    def _function(self, node: FunctionNode, context: Context) -> None:
        outer = context.scope
        name = f"{outer.name}.{node.name}" if outer.name else node.name
        outer.bind(node.name, Binding("function", node.lineno, dotted=name))
        self.definitions.append(DefinitionSite(node, outer))
        scope = self.functions[name] = Scope(name, outer, node=node)
        self._parameters(node, scope, context)
        for decorator in node.decorator_list:
            self.expressions.walk(decorator, context, assigned=node.name)
        end = node.end_lineno or node.lineno
        self._blocks.append((node.body, Context(scope, reach=end)))

    def _parameters(self, node: FunctionNode, scope: Scope, context: Context) -> None:
        arguments = node.args
        ordered = [*arguments.posonlyargs, *arguments.args]
        missing = len(ordered) - len(arguments.defaults)
        defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
        pairs = [*zip(ordered, defaults, strict=True)]
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for argument, default in pairs:
            binding = Binding("parameter", node.lineno, default, argument.annotation)
            scope.bind(argument.arg, binding)
            self._optional(default, context)
            self._optional(argument.annotation, context)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bind(rest.arg, Binding("opaque", node.lineno))
        static = any(
            isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list
        )
        if scope.parent is not None and scope.parent.is_class and ordered and not static:
            scope.self_name = ordered[0].arg

    def _class(self, node: ast.ClassDef, context: Context) -> None:
        outer = context.scope
        name = f"{outer.name}.{node.name}" if outer.name else node.name
        outer.bind(node.name, Binding("class", node.lineno, dotted=name))
        self.definitions.append(DefinitionSite(node, outer))
        scope = self.classes[name] = Scope(name, outer, is_class=True, node=node)
        for decorator in node.decorator_list:
            self.expressions.walk(decorator, context, assigned=node.name)
        for child in (*node.bases, *(k.value for k in node.keywords)):
            self.expressions.walk(child, context)
        self._blocks.append((node.body, Context(scope, reach=node.end_lineno or node.lineno)))

    def _import(self, node: ast.Import | ast.ImportFrom, context: Context) -> None:
        for alias in node.names:
            self.imports.append(ImportSite(node, alias, context))
            if isinstance(node, ast.Import):
                bound = alias.asname or alias.name.partition(".")[0]
                dotted = alias.name if alias.asname else bound
            else:
                bound = alias.asname or alias.name
                module = absolute(self.package, node.module or "", node.level)
                dotted = f"{module}.{alias.name}" if module else alias.name
                if alias.name == "*":
                    self.stars.append(module)
                    continue
            context.scope.bind(bound, Binding("import", node.lineno, dotted=dotted))

    def _assign(self, targets: list[ast.expr], value: ast.expr, context: Context) -> None:
        first = next((text for t in targets if (text := target_text(t))), None)
        self.expressions.walk(value, context, assigned=first, decides="assign")
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                self._unpack(target, value, context)
            else:
                self.assigns.append(AssignSite(target, value, context))
                bind(target, Binding("value", target.lineno, value), context)
                self._inside(target, context)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr, context: Context) -> None:
        same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for place, part in enumerate(target.elts):
            single = value.elts[place] if same and isinstance(value, ast.Tuple | ast.List) else None
            if isinstance(part, ast.Name | ast.Attribute) and single is not None:
                self.assigns.append(AssignSite(part, single, context))
                bind(part, Binding("value", part.lineno, single), context)
            else:
                if isinstance(part, ast.Name | ast.Attribute):
                    self.assigns.append(AssignSite(part, value, context))
                bind_opaque(part, context)

    def _annotated(self, node: ast.AnnAssign, context: Context) -> None:
        name = node.target.id if isinstance(node.target, ast.Name) else None
        if node.value is not None:
            self.expressions.walk(node.value, context, assigned=name, decides="assign")
            self.assigns.append(AssignSite(node.target, node.value, context))
        binding = Binding("value", node.lineno, node.value, node.annotation)
        bind(node.target, binding, context)

    def _inside(self, target: ast.expr, context: Context) -> None:
        if isinstance(target, ast.Subscript):
            self.expressions.walk(target.slice, context)
            self.expressions.walk(target.value, context)


def _end(body: list[ast.stmt]) -> int:
    return body[-1].end_lineno or body[-1].lineno


def _is_main_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return True
        case ast.Compare(
            left=ast.Constant(value="__main__"),
            ops=[ast.Eq()],
            comparators=[ast.Name(id="__name__")],
        ):
            return True
        case _:
            return False


def absolute(package: str, module: str, level: int) -> str:
    """Return the dotted name of a possibly relative module, seen from the dotted `package`."""
    if level == 0:
        return module
    parts = package.split(".") if package else []
    kept = parts[: max(0, len(parts) - level + 1)]
    return ".".join([*kept, module] if module else kept)
