"""One pass over a module's syntax tree: it fills the scopes and notes what may become a fact.

It knows blocks, branches and handlers, and no meaning: names are resolved only after the pass,
when every binding of the file is known. The pass keeps its own stack, so nesting cannot exhaust
Python's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mlops_agent.lifecycle.readers.pysource.branches import Comparing, leaves, only_raises
from mlops_agent.lifecycle.readers.pysource.context import Context, Guard
from mlops_agent.lifecycle.readers.pysource.scopes import Binding, Scope

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVES = (ast.Name, ast.Constant)


@dataclass(slots=True)
class CallSite:
    """A call as it stands: `assigned` the name it is bound to, `used` false for a bare one."""

    node: ast.Call
    context: Context
    assigned: str | None
    used: bool
    raised: bool = False


@dataclass(slots=True)
class AssignSite:
    """A name, attribute or item bound to a value (None where it comes from unpacking)."""

    target: ast.expr
    value: ast.expr | None
    context: Context


@dataclass(slots=True)
class ImportSite:
    """One name of an import statement."""

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    context: Context


@dataclass(slots=True)
class DefinitionSite:
    """A function or class of the file."""

    node: FunctionNode | ast.ClassDef
    scope: Scope


@dataclass(slots=True)
class Walk:
    """What one pass found, in no particular order."""

    package: str
    module: Scope = field(default_factory=lambda: Scope(""))
    calls: list[CallSite] = field(default_factory=list[CallSite])
    assigns: list[AssignSite] = field(default_factory=list[AssignSite])
    imports: list[ImportSite] = field(default_factory=list[ImportSite])
    definitions: list[DefinitionSite] = field(default_factory=list[DefinitionSite])
    comparisons: list[Comparing] = field(default_factory=list[Comparing])
    main_guards: list[ast.If] = field(default_factory=list[ast.If])
    stars: list[str] = field(default_factory=list[str])
    classes: dict[str, Scope] = field(default_factory=dict[str, Scope])
    functions: dict[str, Scope] = field(default_factory=dict[str, Scope])
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
                rest = body[place + 1 :] if isinstance(statement, ast.If | ast.Assert) else []
                self._statement(statement, context, rest)
        self._sort()

    def _sort(self) -> None:
        scopes = [self.module, *self.classes.values(), *self.functions.values()]
        for scope in scopes:
            for table in (scope.names, scope.attributes):
                for bindings in table.values():
                    if len(bindings) > 1:
                        bindings.sort(key=lambda b: b.line)

    def _statement(self, node: ast.stmt, context: Context, rest: list[ast.stmt]) -> None:
        match node:
            case ast.Expr():
                self._expression(node.value, context, used=False)
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

    def _rarer(self, node: ast.stmt, context: Context, rest: list[ast.stmt]) -> None:
        match node:
            case ast.AnnAssign():
                self._annotated(node, context)
            case ast.AugAssign():
                self._opaque(node.target, context)
                self._expression(node.value, context)
            case ast.Return():
                self._return(node, context)
            case ast.With() | ast.AsyncWith():
                self._with(node, context)
            case ast.For() | ast.AsyncFor():
                self._opaque(node.target, context)
                self._expression(node.iter, context)
                self._inner(node.body, context)
                self._inner(node.orelse, context)
            case ast.While():
                self._while(node, context)
            case ast.Assert():
                span = (node.lineno, _end(rest)) if rest else None
                self._test(node.test, context, "assert", span, None)
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
                        self._expression(child, context)

    def _inner(self, body: list[ast.stmt], context: Context) -> None:
        if body:
            self._blocks.append((body, replace(context, reach=_end(body))))

    def _if(self, node: ast.If, context: Context, rest: list[ast.stmt]) -> None:
        if _is_main_guard(node.test):
            self.main_guards.append(node)
            self._blocks.append((node.body, context))
            self._inner(node.orelse, context)
            return
        way = leaves(node.body)
        otherwise = (node.orelse[0].lineno, _end(node.orelse)) if node.orelse else None
        if way and (rest or otherwise):
            end = context.reach if way == "function" else _end(rest or node.orelse)
            otherwise = (otherwise[0] if otherwise else rest[0].lineno, end)
        decides = "raise" if only_raises(node.body) else "if"
        controls = (node.body[0].lineno, _end(node.body))
        self._test(node.test, context, decides, controls, otherwise)
        self._inner(node.body, context.under(Guard(node.test)))
        self._inner(node.orelse, context.under(Guard(node.test, negated=True)))

    def _while(self, node: ast.While, context: Context) -> None:
        self._test(node.test, context, "while", (node.body[0].lineno, _end(node.body)), None)
        self._inner(node.body, context.under(Guard(node.test)))
        self._inner(node.orelse, context)

    def _with(self, node: ast.With | ast.AsyncWith, context: Context) -> None:
        for item in node.items:
            target = item.optional_vars
            name = target.id if isinstance(target, ast.Name) else None
            self._expression(item.context_expr, context, assigned=name)
            if target is not None:
                binding = Binding("context", node.lineno, item.context_expr)
                self._bind(target, binding, context)
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
        self._expression(node.subject, context)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None)
                if isinstance(name, str):
                    context.scope.bind(name, Binding("opaque", node.lineno))
            guard = case.guard
            if guard is not None:
                self._expression(guard, context)
            self._inner(case.body, context.under(Guard(guard)) if guard else context)

    def _return(self, node: ast.Return, context: Context) -> None:
        if node.value is not None:
            context.scope.returns.append(node.value)
            self._expression(node.value, context, decides="return")

    def _optional(self, node: ast.expr | None, context: Context, raised: bool = False) -> None:
        if node is not None:
            self._expression(node, context, raised=raised)

    # definitions and bindings

    def _function(self, node: FunctionNode, context: Context) -> None:
        outer = context.scope
        name = f"{outer.name}.{node.name}" if outer.name else node.name
        outer.bind(node.name, Binding("function", node.lineno, dotted=name))
        self.definitions.append(DefinitionSite(node, outer))
        scope = self.functions[name] = Scope(name, outer, node=node)
        self._parameters(node, scope, context)
        for decorator in node.decorator_list:
            self._expression(decorator, context, assigned=node.name)
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
            self._expression(decorator, context, assigned=node.name)
        for child in (*node.bases, *(k.value for k in node.keywords)):
            self._expression(child, context)
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
        first = next((t.id for t in targets if isinstance(t, ast.Name)), None)
        if first is None and isinstance(targets[0], ast.Attribute):
            first = _attribute_text(targets[0])
        self._expression(value, context, assigned=first, decides="assign")
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                self._unpack(target, value, context)
            else:
                self.assigns.append(AssignSite(target, value, context))
                self._bind(target, Binding("value", target.lineno, value), context)
                self._inside(target, context)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr, context: Context) -> None:
        same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for place, part in enumerate(target.elts):
            single = value.elts[place] if same and isinstance(value, ast.Tuple | ast.List) else None
            if isinstance(part, ast.Name | ast.Attribute) and single is not None:
                self.assigns.append(AssignSite(part, single, context))
                self._bind(part, Binding("value", part.lineno, single), context)
            else:
                if isinstance(part, ast.Name | ast.Attribute):
                    self.assigns.append(AssignSite(part, value, context))
                self._opaque(part, context)

    def _annotated(self, node: ast.AnnAssign, context: Context) -> None:
        name = node.target.id if isinstance(node.target, ast.Name) else None
        if node.value is not None:
            self._expression(node.value, context, assigned=name, decides="assign")
            self.assigns.append(AssignSite(node.target, node.value, context))
        binding = Binding("value", node.lineno, node.value, node.annotation)
        self._bind(node.target, binding, context)

    def _bind(self, target: ast.expr, binding: Binding, context: Context) -> None:
        scope = context.scope
        binding.scope = scope
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = scope.enclosing_class()
            method = scope
            while method.parent is not None and method.parent is not owner:
                method = method.parent
            if owner is not None and target.value.id == method.self_name:
                owner.attributes.setdefault(target.attr, []).append(binding)
        elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
            self._opaque(target, context)

    def _opaque(self, target: ast.expr, context: Context) -> None:
        stack = [target]
        while stack:
            node = stack.pop()
            match node:
                case ast.Name() | ast.Attribute():
                    self._bind(node, Binding("opaque", node.lineno), context)
                case ast.Tuple() | ast.List():
                    stack.extend(node.elts)
                case ast.Starred():
                    stack.append(node.value)
                case _:
                    self._inside(node, context)

    def _inside(self, target: ast.expr, context: Context) -> None:
        if isinstance(target, ast.Subscript):
            self._expression(target.slice, context)
            self._expression(target.value, context)

    # expressions

    def _test(
        self,
        node: ast.expr,
        context: Context,
        decides: str,
        controls: tuple[int, int] | None,
        otherwise: tuple[int, int] | None,
    ) -> None:
        stack = [(node, controls, otherwise, False)]
        while stack:
            test, holds, fails, negated = stack.pop()
            match test:
                case ast.BoolOp():
                    pair = (holds, None) if isinstance(test.op, ast.And) else (None, fails)
                    stack.extend((v, *pair, negated) for v in test.values)
                case ast.UnaryOp(op=ast.Not()):
                    stack.append((test.operand, fails, holds, not negated))
                case _:
                    self.comparisons.append(
                        Comparing(test, context.scope, decides, holds, fails, negated)
                    )
                    children = (
                        [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]
                    )
                    for child in children:
                        self._expression(child, context)

    def _expression(
        self,
        root: ast.expr,
        context: Context,
        *,
        assigned: str | None = None,
        used: bool = True,
        decides: str = "other",
        raised: bool = False,
    ) -> None:
        if isinstance(root, _LEAVES):
            return
        while isinstance(root, ast.Await | ast.NamedExpr):
            if isinstance(root, ast.NamedExpr):
                self._bind(root.target, Binding("value", root.lineno, root.value), context)
                assigned = root.target.id
            root = root.value
        stack: list[tuple[ast.AST, Context]] = [(root, context)]
        while stack:
            node, here = stack.pop()
            if isinstance(node, ast.Call):
                own = node is root
                name = assigned if own else None
                self.calls.append(CallSite(node, here, name, used or not own, raised and own))
                if not isinstance(node.func, ast.Name):
                    stack.append((node.func, here))
                stack.extend((a, here) for a in node.args if not isinstance(a, _LEAVES))
                stack.extend(
                    (k.value, here) for k in node.keywords if not isinstance(k.value, _LEAVES)
                )
            elif isinstance(node, ast.Attribute):
                if not isinstance(node.value, ast.Name):
                    stack.append((node.value, here))
            else:
                self._other(node, here, decides, stack)

    def _other(
        self, node: ast.AST, here: Context, decides: str, stack: list[tuple[ast.AST, Context]]
    ) -> None:
        match node:
            case ast.Compare():
                self.comparisons.append(Comparing(node, here.scope, decides))
            case ast.IfExp():
                stack.append((node.test, here))
                stack.append((node.body, here.under(Guard(node.test))))
                stack.append((node.orelse, here.under(Guard(node.test, negated=True))))
                return
            case ast.NamedExpr():
                self._bind(node.target, Binding("value", node.lineno, node.value), here)
            case ast.comprehension():
                self._opaque(node.target, here)
            case _:
                pass
        stack.extend((c, here) for c in _children(node))


def _children(node: ast.AST) -> Iterable[ast.AST]:
    return (c for c in ast.iter_child_nodes(node) if not isinstance(c, _LEAVES))


def _end(body: list[ast.stmt]) -> int:
    return body[-1].end_lineno or body[-1].lineno


def _attribute_text(node: ast.Attribute) -> str | None:
    parts = [node.attr]
    value: ast.expr = node.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return None
    return ".".join([value.id, *reversed(parts)])


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
